import type { CalendarEvent } from '../ics/read-calendar.ts';
import { bareItem, contentOf, copyContent, emptyContent } from '../items/item-content.ts';
import type { Account } from '../store/account.ts';
import type { Item, ItemContent, OccurrenceChange } from '../store/item.ts';
import type { Mailbox } from '../store/mailbox.ts';
import type { World } from '../store/world.ts';
import { el, type XmlNode } from '../xml/xml-node.ts';
import { timesOf } from './series.ts';
import { settleCalendar } from './settle-calendar.ts';

/** The calendar item of a UID, in any calendar folder of the mailbox. */
export function findByUid(mailbox: Mailbox, uid: string): Item | undefined {
  if (uid === '') return undefined;
  const wanted = uid.toUpperCase();
  for (const folder of mailbox.folders.values()) {
    if (folder.kind !== 'CalendarFolder') continue;
    for (const item of folder.byArrival) {
      if (contentOf(item, mailbox).properties.get('UID')?.text.toUpperCase() === wanted) return item;
    }
  }
  return undefined;
}

/** Puts an invitation or an update into the calendar of an attendee; `existing` is what lies there already. */
export function applyEvents(
  world: World,
  account: Account,
  events: readonly CalendarEvent[],
  existing: Item | undefined,
): Item | undefined {
  const master = events.find(({ recurrenceId }) => recurrenceId === undefined);
  if (master === undefined && existing === undefined) return createFromOccurrence(world, account, events);
  const content = existing === undefined ? emptyContent() : copyContent(contentOf(existing, account.mailbox));
  const isOwn = content.properties.get('MyResponseType')?.text === 'Organizer';
  if (isOwn) return existing;
  if (master !== undefined) fillMaster(content, master);
  for (const event of events)
    if (event.recurrenceId !== undefined) content.occurrences.set(event.recurrenceId, changeOf(event));
  settleCalendar(content, 'UTC', world.now());
  return put(world, account, content, master?.subject, existing);
}

function createFromOccurrence(world: World, account: Account, events: readonly CalendarEvent[]): Item | undefined {
  const [event] = events;
  if (event === undefined) return undefined;
  const content = emptyContent();
  fillMaster(content, event);
  settleCalendar(content, 'UTC', world.now());
  return put(world, account, content, event.subject, undefined);
}

function put(
  world: World,
  account: Account,
  content: ItemContent,
  subject: string | undefined,
  existing: Item | undefined,
): Item {
  const { mailbox } = account;
  if (existing !== undefined) {
    mailbox.changeItem(existing, () => Object.assign(existing, { content, subject: subject ?? existing.subject }));
    return existing;
  }
  const item = { ...bareItem('CalendarItem', world.now()), subject: subject ?? '', content };
  return mailbox.addItem(mailbox.folderNamed('calendar'), item);
}

/** Takes over what the organizer says; the attendee's own answer is asked for again when the time is another. */
function fillMaster(content: ItemContent, event: CalendarEvent): void {
  const before = timesOf(content);
  const old = content.properties;
  const wasAnswered = old.get('MyResponseType');
  for (const name of ['Recurrence', 'Location', 'RequiredAttendees', 'OptionalAttendees', 'Resources'])
    old.delete(name);
  for (const [name, node] of event.properties) if (name !== 'ReminderIsSet' || !old.has(name)) old.set(name, node);
  if (event.body !== undefined) content.body = event.body;
  for (const original of event.deleted) content.occurrences.set(original, 'deleted');
  const after = timesOf(content);
  const isSame = before.start === after.start && before.end === after.end && wasAnswered !== undefined;
  const set = (node: XmlNode): void => void old.set(node.name, node);
  set(isSame ? wasAnswered : el('MyResponseType', 'NoResponseReceived'));
  if (!isSame || wasAnswered.text === 'NoResponseReceived') set(el('LegacyFreeBusyStatus', 'Tentative'));
  set(el('MeetingRequestWasSent', true));
}

/** What an event about one occurrence changes in it. */
export function changeOf(event: CalendarEvent): OccurrenceChange {
  const properties = new Map(event.properties);
  for (const name of ['UID', 'Recurrence', 'RecurrenceId']) properties.delete(name);
  return { properties, extended: new Map(), subject: event.subject, body: event.body };
}
