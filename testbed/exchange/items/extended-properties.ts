import { addressesOf } from '../mime/mail-addresses.ts';
import { readHeaders } from '../mime/read-headers.ts';
import type { Item } from '../store/item.ts';
import { bytesOfId, makeId, readId } from '../store/item-id.ts';
import { childText, el, empty, type XmlNode } from '../xml/xml-node.ts';
import { hasVisibleAttachments } from './attachment-nodes.ts';
import { bodyText } from './body-forms.ts';
import { conversationOf } from './conversation.ts';
import { dateText } from './date-text.ts';
import { extendedKey, idKey, nameKey, tagKey } from './extended-key.ts';
import { contentOf, mimeBytes } from './item-content.ts';
import type { ItemView, PropertyReader } from './item-view.ts';
import { aliasValue } from './property-aliases.ts';

/** Element `ExtendedProperty` for an `ExtendedFieldURI`; undefined when the item has none. */
export function extendedNode(item: Item, uri: XmlNode, view: ItemView): XmlNode | undefined {
  const key = extendedKey(uri);
  if (key === undefined) return undefined;
  const content = contentOf(item, view.account.mailbox);
  const value = content.extended.get(key) ?? aliasValue(content, key) ?? textNode(nativeTags[key]?.(item, view));
  return value && el('ExtendedProperty', [empty('ExtendedFieldURI', uri.attributes), value]);
}

function textNode(text: string | number | boolean | undefined): XmlNode | undefined {
  return text === undefined ? undefined : el('Value', text);
}

function property(item: Item, view: ItemView, name: string): string | undefined {
  return contentOf(item, view.account.mailbox).properties.get(name)?.text;
}

const wordNumbers: Readonly<Record<string, number>> = {
  Low: 0,
  Normal: 1,
  High: 2,
};

const secrecyNumbers: Readonly<Record<string, number>> = { Normal: 0, Personal: 1, Private: 2, Confidential: 3 };

function people(item: Item, view: ItemView, name: string): string {
  const list = addressesOf(contentOf(item, view.account.mailbox).properties.get(name));
  return list.map((one) => one.name || one.address).join('; ');
}

function person(item: Item, view: ItemView, name: string): { name: string; address: string } | undefined {
  return addressesOf(contentOf(item, view.account.mailbox).properties.get(name))[0];
}

/** PR_MESSAGE_FLAGS (MS-OXCMSG 2.2.1.6): read, unmodified, unsent, has attachments, from me. */
function messageFlags(item: Item, view: ItemView): number {
  const attached = hasVisibleAttachments(contentOf(item, view.account.mailbox).attachments);
  return (item.isRead ? 0x1 : 0) | (item.isDraft ? 0x8 : 0) | (attached ? 0x10 : 0) | (item.isFromMe ? 0x20 : 0);
}

function folderEntry(item: Item): string {
  const target = readId(item.folderId);
  return target === undefined ? '' : bytesOfId(target).toString('base64');
}

/** Properties with a tag that say what other properties say too (MS-OXPROPS). */
const nativeTags: Readonly<Record<string, PropertyReader<string | number | boolean>>> = {
  [tagKey(0x0017)]: (item, view) => wordNumbers[property(item, view, 'Importance') ?? 'Normal'],
  [tagKey(0x001a)]: (item) => item.itemClass,
  [tagKey(0x0036)]: (item, view) => secrecyNumbers[property(item, view, 'Sensitivity') ?? 'Normal'],
  [tagKey(0x0037)]: (item) => item.subject,
  [tagKey(0x0039)]: (item) => dateText(item.sent),
  [tagKey(0x0042)]: (item, view) => person(item, view, 'From')?.name,
  [tagKey(0x0065)]: (item, view) => person(item, view, 'From')?.address,
  [tagKey(0x0070)]: (item, { account }) => conversationOf(item, account.mailbox).topic,
  [tagKey(0x0071)]: (item, { account }) => conversationOf(item, account.mailbox).index.toString('base64'),
  [tagKey(0x007d)]: (item) => {
    const raw = mimeBytes(item);
    return (
      raw &&
      readHeaders(raw)
        .fields.map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')
    );
  },
  [tagKey(0x0c1a)]: (item, view) => person(item, view, 'Sender')?.name,
  [tagKey(0x0c1f)]: (item, view) => person(item, view, 'Sender')?.address,
  [tagKey(0x0e02)]: (item, view) => people(item, view, 'BccRecipients'),
  [tagKey(0x0e03)]: (item, view) => people(item, view, 'CcRecipients'),
  [tagKey(0x0e04)]: (item, view) => people(item, view, 'ToRecipients'),
  [tagKey(0x0e06)]: (item) => dateText(item.received),
  [tagKey(0x0e07)]: messageFlags,
  [tagKey(0x0e08)]: (item) => item.size,
  [tagKey(0x0e09)]: folderEntry,
  [tagKey(0x0e1b)]: (item, view) => hasVisibleAttachments(contentOf(item, view.account.mailbox).attachments),
  [tagKey(0x0e1d)]: (item, { account }) => conversationOf(item, account.mailbox).topic,
  [tagKey(0x0e23)]: (item) => readId(item.id)?.serial,
  [tagKey(0x0e69)]: (item) => item.isRead,
  [tagKey(0x0fff)]: (item) => {
    const target = readId(item.id);
    return target && bytesOfId(target).toString('base64');
  },
  [tagKey(0x1000)]: (item, view) => bodyText(contentOf(item, view.account.mailbox), 'Text'),
  [tagKey(0x1035)]: (item) => item.messageId || undefined,
  [tagKey(0x1039)]: (item, view) => property(item, view, 'References'),
  [tagKey(0x1042)]: (item, view) => property(item, view, 'InReplyTo'),
  [tagKey(0x10f3)]: (item) => `${urlName(item.subject || 'No Subject')}-${readId(item.id)?.serial}.EML`,
  [tagKey(0x3007)]: (item) => dateText(item.created),
  [tagKey(0x3008)]: (item) => dateText(item.modified),
  [tagKey(0x300b)]: (item) =>
    Buffer.from(makeId({ kind: 'item', mailbox: 0, serial: item.serial, part: 0 }), 'base64')
      .subarray(-16)
      .toString('base64'),
  [tagKey(0x1090)]: (item, view) => {
    const flag = contentOf(item, view.account.mailbox).properties.get('Flag');
    return { Flagged: 2, Complete: 1 }[childText(flag, 'FlagStatus') ?? ''];
  },
  [tagKey(0x3001)]: (item) => item.subject || undefined,
  [idKey('Appointment', 0x8205)]: (item, view) =>
    item.kind === 'CalendarItem'
      ? ({ Free: 0, Tentative: 1, OOF: 3, WorkingElsewhere: 4 }[property(item, view, 'LegacyFreeBusyStatus') ?? ''] ??
        2)
      : undefined,
  [idKey('Appointment', 0x8223)]: (item, view) =>
    item.kind === 'CalendarItem' ? property(item, view, 'Recurrence') !== undefined : undefined,
  [nameKey('PublicStrings', 'urn:schemas:calendar:instancetype')]: (item, view) =>
    item.kind === 'CalendarItem' ? (property(item, view, 'Recurrence') === undefined ? 0 : 1) : undefined,
  [nameKey('PublicStrings', 'urn:schemas:calendar:uid')]: (item, view) => property(item, view, 'UID'),
  [idKey('Task', 0x811c)]: (item, view) =>
    item.kind === 'Task' ? property(item, view, 'Status') === 'Completed' : undefined,
  [idKey('Meeting', 0x03)]: (item, view) => globalId(item, view),
  [idKey('Meeting', 0x23)]: (item, view) => globalId(item, view),
};

/** The UID of a calendar item in the form of PidLidGlobalObjectId; a foreign UID is wrapped (MS-OXOCAL 2.2.1.27). */
function globalId(item: Item, view: ItemView): string | undefined {
  const uid = property(item, view, 'UID');
  return uid === undefined ? undefined : globalObjectId(uid).toString('base64');
}

/** PidLidGlobalObjectId of a UID. */
export function globalObjectId(uid: string): Buffer {
  if (/^040000008200E00074C5B7101A82E008[0-9a-f]{32,}$/i.test(uid)) return Buffer.from(uid, 'hex');
  const data = Buffer.from(`vCal-Uid\x01\0\0\0${uid}\0`, 'latin1');
  const head = Buffer.from('040000008200E00074C5B7101A82E00800000000', 'hex');
  const size = Buffer.alloc(4);
  size.writeUInt32LE(data.length);
  return Buffer.concat([head, Buffer.alloc(16), size, data]);
}

/** A subject as the store writes it into the name of an item's address: blanks stay, a slash gets a code of its own. */
function urlName(subject: string): string {
  return subject.replaceAll('/', '_xF8FF_').replace(/[%?#*:<>|"\\]/g, encodeURIComponent);
}
