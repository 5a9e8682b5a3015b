import type { ItemTarget } from '../access/find-target.ts';
import { shownItem } from '../access/find-target.ts';
import { applyChange } from '../items/apply-change.ts';
import { contentOf, copyContent, emptyContent } from '../items/item-content.ts';
import { sizeOf, zoneOfDates } from '../items/new-item.ts';
import type { Call } from '../soap/call.ts';
import type { Item, ItemContent } from '../store/item.ts';
import { el, type XmlNode } from '../xml/xml-node.ts';
import { attendeesOf } from './attendees.ts';
import { settleCalendar } from './settle-calendar.ts';

/** What a new time or pattern of a series makes void: its exceptions. */
const shaping = ['Recurrence', 'Start', 'End', 'IsAllDayEvent', 'StartTimeZone'] as const;

/** What an item of a calendar is after the changes; those of an occurrence are kept as an exception of the series. */
export function changeSeries(call: Call, target: ItemTarget, updates: readonly XmlNode[]): Item {
  const { account, item, occurrence } = target;
  const content = copyContent(contentOf(item, account.mailbox));
  const given = updates.flatMap((one) => one.children.at(-1)?.children ?? []);
  const context = { zone: zoneOfDates(given, call), now: call.world.now() };
  if (occurrence !== undefined) {
    shownItem(target);
    changeOccurrence(content, occurrence, item, updates, context);
    return { ...item, content };
  }
  const draft = { ...item, content };
  const before = shapeOf(content);
  for (const one of updates) applyChange(draft, one, context);
  settleCalendar(content, call.timeZone, call.world.now());
  if (attendeesOf(content).length > 0 && !content.properties.has('MyResponseType')) {
    content.properties.set('MyResponseType', el('MyResponseType', 'Organizer'));
  }
  if (shapeOf(content) !== before) {
    content.occurrences.clear();
    raiseSequence(content);
  }
  return { ...draft, size: sizeOf(draft) };
}

/** Everything by which the dates of an item are found, as text. */
export function shapeOf({ properties }: ItemContent): string {
  return JSON.stringify(shaping.map((name) => properties.get(name)));
}

function raiseSequence({ properties }: ItemContent): void {
  const old = Number(properties.get('AppointmentSequenceNumber')?.text ?? 0);
  properties.set('AppointmentSequenceNumber', el('AppointmentSequenceNumber', old + 1));
}

function changeOccurrence(
  content: ItemContent,
  original: number,
  master: Item,
  updates: readonly XmlNode[],
  context: Parameters<typeof applyChange>[2],
): void {
  const old = content.occurrences.get(original);
  const known = old === 'deleted' ? undefined : old;
  const draft = {
    ...master,
    subject: '',
    content: {
      ...emptyContent(),
      properties: new Map(known?.properties),
      extended: new Map(known?.extended),
      body: known?.body,
    } as ItemContent,
  };
  let subject = known?.subject;
  for (const one of updates) {
    applyChange(draft, one, context);
    if (one.children[0]?.attributes.FieldURI === 'item:Subject') subject = draft.subject;
  }
  const { properties, extended, body } = draft.content;
  content.occurrences.set(original, { properties, extended, subject, body });
}
