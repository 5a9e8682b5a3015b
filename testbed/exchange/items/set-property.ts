import { EwsError } from '../soap/ews-error.ts';
import type { Item, ItemContent } from '../store/item.ts';
import { child, el, type XmlNode } from '../xml/xml-node.ts';
import { dateText } from './date-text.ts';
import { extendedKey, tagKey } from './extended-key.ts';
import type { FieldPath } from './field-path.ts';
import { readDate } from './normal-date.ts';
import { aliasedProperty } from './property-aliases.ts';

/** What setting a property needs to know besides it. */
export interface SetContext {
  /** IANA zone of dates without offset. */
  readonly zone: string;
  readonly now: number;
}

const readOnly: ReadonlySet<string> = new Set([
  'ItemId',
  'ParentFolderId',
  'DateTimeReceived',
  'DateTimeSent',
  'DateTimeCreated',
  'LastModifiedTime',
  'LastModifiedName',
  'Size',
  'HasAttachments',
  'DisplayTo',
  'DisplayCc',
  'IsSubmitted',
  'IsDraft',
  'IsFromMe',
  'IsResend',
  'IsUnmodified',
  'EffectiveRights',
  'ConversationId',
  'InternetMessageHeaders',
  'ReceivedBy',
  'CompleteName',
  'HasPicture',
  'IsComplete',
  'ModifiedOccurrences',
  'DeletedOccurrences',
  'FirstOccurrence',
  'LastOccurrence',
  'CalendarItemType',
  'IsRecurring',
  'UniqueBody',
]);

const dates: ReadonlySet<string> = new Set([
  'Start',
  'End',
  'StartDate',
  'DueDate',
  'CompleteDate',
  'Birthday',
  'WeddingAnniversary',
  'ReminderDueBy',
  'RecurrenceId',
  'DateTimeStamp',
]);

const truthValues: ReadonlySet<string> = new Set([
  'AllowNewTimeProposal',
  'IsAllDayEvent',
  'IsCancelled',
  'IsDeliveryReceiptRequested',
  'IsOnlineMeeting',
  'IsReadReceiptRequested',
  'IsResponseRequested',
  'ReminderIsSet',
]);

/** What may change while the item's message stays what it is. */
const besideMessage: ReadonlySet<string> = new Set(['IsRead', 'Categories', 'Flag', 'ExtendedProperty', 'ItemClass']);

/** True when setting this keeps the message as it came. */
export function keepsMessage(name: string): boolean {
  return besideMessage.has(name);
}

/** Sets one property given as an element named after it. Throws EwsError when it cannot be set. */
export function setProperty(item: Item, content: ItemContent, node: XmlNode, context: SetContext): void {
  if (readOnly.has(node.name)) {
    throw new EwsError('ErrorInvalidPropertySet', `Set action is invalid for property ${node.name}.`);
  }
  if (!keepsMessage(node.name)) item.mime = undefined;
  switch (node.name) {
    case 'Body':
      content.body = { type: node.attributes.BodyType === 'HTML' ? 'HTML' : 'Text', text: node.text };
      content.alternative = undefined;
      return;
    case 'ExtendedProperty':
      setExtended(item, content, node, context);
      return;
    case 'Subject':
      item.subject = node.text;
      return;
    case 'ItemClass':
      item.itemClass = node.text;
      return;
    case 'IsRead':
      item.isRead = isTrue(node.text);
      return;
    case 'InternetMessageId':
      item.messageId = node.text;
      return;
    default:
      content.properties.set(node.name, normal(node, context));
      if (item.kind === 'Task') completeTask(content, node, context);
  }
}

/** True for the two ways XML Schema writes yes. */
export function isTrue(text: string | undefined): boolean {
  return text === 'true' || text === '1';
}

/** Dates in UTC, truth values in words. */
function normal(node: XmlNode, { zone }: SetContext): XmlNode {
  if (truthValues.has(node.name)) return el(node.name, isTrue(node.text.trim()));
  return dates.has(node.name) && node.text !== '' ? el(node.name, dateText(readDate(node.text, zone))) : node;
}

/** Status, percentage and date of completion of a task follow each other, and nothing is due before it starts. */
function completeTask({ properties }: ItemContent, { name, text }: XmlNode, { now }: SetContext): void {
  const [start, due] = [properties.get('StartDate')?.text, properties.get('DueDate')?.text];
  if (start !== undefined && (due === undefined || due < start)) properties.set('DueDate', el('DueDate', start));
  const complete =
    (name === 'Status' && text === 'Completed') ||
    (name === 'PercentComplete' && Number(text) === 100) ||
    (name === 'CompleteDate' && text !== '');
  if (complete) {
    properties.set('Status', el('Status', 'Completed'));
    properties.set('PercentComplete', el('PercentComplete', 100));
    if (!properties.has('CompleteDate')) properties.set('CompleteDate', el('CompleteDate', dateText(now)));
    return;
  }
  if (name !== 'Status' && name !== 'PercentComplete') return;
  properties.delete('CompleteDate');
  if (name === 'Status' && text === 'NotStarted') properties.set('PercentComplete', el('PercentComplete', 0));
  if (name === 'Status' && properties.get('PercentComplete')?.text === '100') {
    properties.set('PercentComplete', el('PercentComplete', 0));
  }
  if (name === 'PercentComplete') {
    properties.set('Status', el('Status', Number(text) > 0 ? 'InProgress' : 'NotStarted'));
  }
}

function setExtended(item: Item, content: ItemContent, node: XmlNode, context: SetContext): void {
  const uri = child(node, 'ExtendedFieldURI');
  const key = uri && extendedKey(uri);
  const value = child(node, 'Value') ?? child(node, 'Values');
  if (key === undefined || value === undefined) throw new EwsError('ErrorInvalidExtendedProperty');
  const native = nativeSetters[key];
  const isTime = uri?.attributes.PropertyType === 'SystemTime' && value.text !== '';
  const aliased = aliasedProperty(content, key, value);
  if (native !== undefined) native(item, value.text, context, content);
  else if (aliased !== undefined) setProperty(item, content, aliased, context);
  else content.extended.set(key, isTime ? el('Value', dateText(readDate(value.text, context.zone))) : value);
}

/** Properties with a tag that are other properties under another name. */
const nativeSetters: Readonly<
  Record<string, (item: Item, text: string, context: SetContext, content: ItemContent) => void>
> = {
  [tagKey(0x001a)]: (item, text) => {
    item.itemClass = text;
  },
  [tagKey(0x0037)]: (item, text) => {
    item.subject = text;
    item.mime = undefined;
  },
  [tagKey(0x0039)]: (item, text, { zone }) => {
    item.sent = readDate(text, zone);
  },
  [tagKey(0x0e06)]: (item, text, { zone }) => {
    item.received = readDate(text, zone);
  },
  [tagKey(0x0e07)]: (item, text) => {
    item.isRead = (Number(text) & 0x1) !== 0;
    item.isDraft = (Number(text) & 0x8) !== 0;
  },
  [tagKey(0x0e69)]: (item, text) => {
    item.isRead = isTrue(text);
  },
  [tagKey(0x1000)]: (_item, text, _context, content) => {
    content.body = { type: 'Text', text };
    content.alternative = undefined;
  },
  [tagKey(0x1090)]: (_item, text, _context, content) => {
    const word = { '1': 'Complete', '2': 'Flagged' }[text] ?? 'NotFlagged';
    content.properties.set('Flag', el('Flag', [el('FlagStatus', word)]));
  },
  [tagKey(0x1035)]: (item, text) => {
    item.messageId = text;
  },
};

/** Takes a property away. Throws EwsError when it cannot be without. */
export function deleteProperty(item: Item, content: ItemContent, path: FieldPath): void {
  if (path.kind === 'extended') {
    content.extended.delete(path.key);
    const aliased = aliasedProperty(content, path.key, el('Value'));
    if (aliased !== undefined) content.properties.set(aliased.name, withoutEmpty(aliased));
    if (aliased !== undefined && withoutEmpty(aliased).children.length === 0) content.properties.delete(aliased.name);
    return;
  }
  if (path.kind === 'indexed') {
    const list = content.properties.get(path.list);
    if (list === undefined) return;
    content.properties.set(path.list, withoutEntry(list, path.index, path.part));
    return;
  }
  if (readOnly.has(path.name) || path.name === 'IsRead' || path.name === 'ItemClass') {
    throw new EwsError('ErrorInvalidPropertyDelete', `Property ${path.uri} cannot be deleted.`);
  }
  if (!keepsMessage(path.name)) item.mime = undefined;
  if (path.name === 'Body') content.body = undefined;
  else if (path.name === 'Subject') item.subject = '';
  else content.properties.delete(path.name);
}

/** The list without entries that say nothing. */
function withoutEmpty(list: XmlNode): XmlNode {
  return { ...list, children: list.children.filter(({ text, children }) => text !== '' || children.length > 0) };
}

function withoutEntry(list: XmlNode, index: string, part: string | undefined): XmlNode {
  const others = list.children.filter(({ attributes }) => attributes.Key !== index);
  const entry = list.children.find(({ attributes }) => attributes.Key === index);
  if (part === undefined || entry === undefined) return { ...list, children: others };
  const rest = entry.children.filter(({ name }) => name !== part);
  return { ...list, children: [...others, ...(rest.length > 0 ? [{ ...entry, children: rest }] : [])] };
}

/** Sets one entry of a list property; `given` is the list with that entry alone. */
export function setEntry(content: ItemContent, given: XmlNode, index: string): void {
  const entry = given.children.find(({ attributes }) => attributes.Key === index);
  if (entry === undefined) throw new EwsError('ErrorInvalidPropertySet', `No entry ${index} is given.`);
  const list = content.properties.get(given.name);
  const old = list?.children.find(({ attributes }) => attributes.Key === index);
  const kept = (old?.children ?? []).filter(({ name }) => child(entry, name) === undefined);
  const merged = entry.children.length === 0 ? entry : { ...entry, children: [...kept, ...entry.children] };
  const others = (list?.children ?? []).filter(({ attributes }) => attributes.Key !== index);
  content.properties.set(given.name, { ...given, children: [...others, merged] });
}

/** Appends to a text or a list. Throws EwsError for what cannot grow. */
export function appendProperty(item: Item, content: ItemContent, node: XmlNode): void {
  if (!keepsMessage(node.name)) item.mime = undefined;
  if (node.name === 'Body') {
    const old = content.body;
    const type = old?.type ?? (node.attributes.BodyType === 'HTML' ? 'HTML' : 'Text');
    content.body = { type, text: `${old?.text ?? ''}${node.text}` };
    content.alternative = undefined;
    return;
  }
  if (node.children.length === 0)
    throw new EwsError('ErrorInvalidOperation', `Property ${node.name} cannot be appended to.`);
  const old = content.properties.get(node.name);
  content.properties.set(node.name, { ...node, children: [...(old?.children ?? []), ...node.children] });
}
