import { changeOf } from '../calendar/apply-events.ts';
import { ianaZone } from '../calendar/windows-zones.ts';
import { readCalendar } from '../ics/read-calendar.ts';
import { calendarText } from '../mime/calendar-part.ts';
import { addressOf } from '../mime/mail-addresses.ts';
import type { Call } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import type { Account } from '../store/account.ts';
import type { Attachment, Item, ItemKind } from '../store/item.ts';
import { child, childText, el, type XmlNode } from '../xml/xml-node.ts';
import { bareItem, contentFromMime, contentOf, emptyContent } from './item-content.ts';
import { itemOfMessage } from './item-of-message.ts';
import { isTrue, setProperty } from './set-property.ts';

const kinds: ReadonlySet<string> = new Set<ItemKind>([
  'Item',
  'Message',
  'CalendarItem',
  'Contact',
  'DistributionList',
  'MeetingMessage',
  'MeetingRequest',
  'MeetingResponse',
  'MeetingCancellation',
  'Task',
  'PostItem',
]);

/** An item that lies in no folder yet, made of the element a client sent. Throws EwsError. */
export function newItem(node: XmlNode, account: Account, call: Call): Item {
  if (!kinds.has(node.name)) throw new EwsError('ErrorInvalidRequest', `An item cannot be a ${node.name}.`);
  const item = startingItem(node, account, call);
  const content = contentOf(item, account.mailbox);
  const context = { zone: zoneOfDates(node.children, call), now: call.world.now() };
  for (const part of node.children) {
    if (part.name === 'MimeContent' || part.name === 'ItemId') continue;
    if (part.name === 'Attachments') {
      content.attachments.push(...part.children.map((one) => newAttachment(one, account, call)));
    } else setProperty(item, content, part, context);
  }
  if (item.kind === 'Contact' && content.properties.get('DisplayName') === undefined) nameContact(item);
  item.size = sizeOf(item);
  return item;
}

function startingItem(node: XmlNode, account: Account, call: Call): Item {
  const now = call.world.now();
  const mime = child(node, 'MimeContent');
  const kind = node.name as ItemKind;
  if (mime !== undefined && kind === 'CalendarItem') return appointmentFromMime(mime, account, call);
  if (mime === undefined || kind !== 'Message') {
    return { ...bareItem(kind, now), isRead: true, isDraft: kind === 'Message', content: emptyContent() };
  }
  const raw = Buffer.from(mime.text, 'base64');
  if (raw.length === 0) throw new EwsError('ErrorMimeContentInvalid');
  return {
    ...bareItem(kind, now),
    ...itemOfMessage(raw, { now, isRead: true }),
    isDraft: true,
    content: contentFromMime(raw, account.mailbox),
  };
}

/** A calendar item whose message carries an iCalendar object, exceptions of a series included. */
function appointmentFromMime(mime: XmlNode, account: Account, call: Call): Item {
  const text = calendarText(Buffer.from(mime.text, 'base64'));
  const calendar = text === undefined ? undefined : readCalendar(text, ianaZone(call.timeZone));
  const master = calendar?.events.find(({ recurrenceId }) => recurrenceId === undefined) ?? calendar?.events[0];
  if (calendar === undefined || master === undefined) throw new EwsError('ErrorMimeContentInvalid');
  const content = emptyContent();
  for (const [name, node] of master.properties) content.properties.set(name, node);
  content.body = master.body;
  for (const original of master.deleted) content.occurrences.set(original, 'deleted');
  for (const event of calendar.events) {
    if (event.recurrenceId !== undefined && event !== master)
      content.occurrences.set(event.recurrenceId, changeOf(event));
  }
  const organizer = addressOf(child(content.properties.get('Organizer'), 'Mailbox'))?.address;
  const isOwn = organizer === undefined || call.world.account(organizer) === account;
  if (!isOwn) content.properties.set('MyResponseType', el('MyResponseType', 'NoResponseReceived'));
  return { ...bareItem('CalendarItem', call.world.now()), subject: master.subject ?? '', content };
}

/** The zone of dates without offset: the one the item itself is planned in, else the one the request speaks of. */
export function zoneOfDates(properties: readonly XmlNode[], call: Call): string {
  const own = properties.find(({ name }) => name === 'StartTimeZone' || name === 'MeetingTimeZone')?.attributes;
  return ianaZone(own?.Id ?? own?.TimeZoneName ?? call.timeZone);
}

/** Makes an attachment of `FileAttachment` or `ItemAttachment`. */
export function newAttachment(node: XmlNode, account: Account, call: Call): Attachment {
  const inner = node.children.find(({ name }) => kinds.has(name));
  const item = node.name === 'ItemAttachment' && inner !== undefined ? newItem(inner, account, call) : undefined;
  return {
    number: account.mailbox.nextSerial(),
    name: childText(node, 'Name') ?? 'attachment',
    contentType: childText(node, 'ContentType') ?? typeOfName(childText(node, 'Name') ?? ''),
    contentId: childText(node, 'ContentId'),
    isInline: isTrue(childText(node, 'IsInline')),
    modified: call.world.now(),
    content: item === undefined ? Buffer.from(childText(node, 'Content') ?? '', 'base64') : undefined,
    item: item && { ...item, isDraft: false },
  };
}

function typeOfName(name: string): string {
  const known: Readonly<Record<string, string>> = {
    txt: 'text/plain',
    html: 'text/html',
    pdf: 'application/pdf',
    png: 'image/png',
    jpg: 'image/jpeg',
  };
  return known[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
}

function nameContact(item: Item): void {
  const properties = item.content?.properties;
  const name = ['GivenName', 'MiddleName', 'Surname'].flatMap((key) => properties?.get(key)?.text ?? []).join(' ');
  if (name !== '') properties?.set('DisplayName', el('DisplayName', name));
}

/** About as many bytes as a server would count. */
export function sizeOf({ mime, subject, content }: Item): number {
  if (mime !== undefined) return typeof mime === 'function' ? mime().length : mime.length;
  const attached = (content?.attachments ?? []).reduce(
    (sum, one) => sum + (one.content?.length ?? one.item?.size ?? 0),
    0,
  );
  return 500 + 2 * subject.length + Buffer.byteLength(content?.body?.text ?? '') + attached;
}
