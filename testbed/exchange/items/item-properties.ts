import { decodeWords } from '../mime/decode-words.ts';
import { addressesOf } from '../mime/mail-addresses.ts';
import { readHeaders } from '../mime/read-headers.ts';
import type { Item } from '../store/item.ts';
import { el, empty, type XmlNode } from '../xml/xml-node.ts';
import { attachmentNode, hasVisibleAttachments } from './attachment-nodes.ts';
import { bodyNode, bodyText } from './body-forms.ts';
import { conversationOf } from './conversation.ts';
import { dateText } from './date-text.ts';
import { contentOf, mimeBytes } from './item-content.ts';
import { changeKeyText, itemIdNode } from './item-ids.ts';
import type { ItemView, PropertyReader } from './item-view.ts';

/** Properties that every kind of item has and that are not simply what a client set. */
export const itemProperties: Readonly<Record<string, PropertyReader<XmlNode>>> = {
  MimeContent: (_, { mime }) => mime && el('MimeContent', mime.toString('base64'), { CharacterSet: 'UTF-8' }),
  ItemId: (item) => (item.id === '' ? undefined : itemIdNode(item)),
  ParentFolderId: (item, view) => {
    const folder = view.account.mailbox.folders.get(item.folderId);
    return folder && empty('ParentFolderId', { Id: folder.id, ChangeKey: changeKeyText(folder.changeKey) });
  },
  ItemClass: (item) => el('ItemClass', item.itemClass),
  Subject: (item) => (item.subject === '' ? undefined : el('Subject', item.subject)),
  Sensitivity: (item, view) => stored(item, view, 'Sensitivity') ?? el('Sensitivity', 'Normal'),
  Importance: (item, view) => stored(item, view, 'Importance') ?? el('Importance', 'Normal'),
  Body: (item, view) => bodyNode(contentOf(item, view.account.mailbox), view.bodyType),
  UniqueBody: (item, view) => bodyNode(contentOf(item, view.account.mailbox), view.bodyType, 'UniqueBody'),
  NormalizedBody: (item, view) => bodyNode(contentOf(item, view.account.mailbox), view.bodyType, 'NormalizedBody'),
  TextBody: (item, view) => bodyNode(contentOf(item, view.account.mailbox), 'Text', 'TextBody'),
  Preview: (item, view) => el('Preview', bodyText(contentOf(item, view.account.mailbox), 'Text').slice(0, 255)),
  Attachments: (item, view) => {
    const { attachments } = contentOf(item, view.account.mailbox);
    return attachments.length === 0
      ? undefined
      : el(
          'Attachments',
          attachments.map((one) => attachmentNode(item, one)),
        );
  },
  HasAttachments: (item, view) =>
    el('HasAttachments', hasVisibleAttachments(contentOf(item, view.account.mailbox).attachments)),
  DateTimeReceived: (item) => el('DateTimeReceived', dateText(item.received)),
  DateTimeSent: (item) => el('DateTimeSent', dateText(item.sent)),
  DateTimeCreated: (item) => el('DateTimeCreated', dateText(item.created)),
  LastModifiedTime: (item) => el('LastModifiedTime', dateText(item.modified)),
  LastModifiedName: (_, { account }) => el('LastModifiedName', account.displayName),
  Size: (item) => el('Size', item.size),
  IsSubmitted: () => el('IsSubmitted', false),
  IsDraft: (item) => el('IsDraft', item.isDraft),
  IsFromMe: (item) => el('IsFromMe', item.isFromMe),
  IsResend: () => el('IsResend', false),
  IsUnmodified: (item) => el('IsUnmodified', item.contentSeq === item.createdSeq),
  IsAssociated: () => el('IsAssociated', false),
  Culture: (item, view) => stored(item, view, 'Culture') ?? el('Culture', 'en-US'),
  EffectiveRights: () => effectiveRights,
  DisplayTo: (item, view) => displayed(item, view, 'DisplayTo', 'ToRecipients'),
  DisplayCc: (item, view) => displayed(item, view, 'DisplayCc', 'CcRecipients'),
  InternetMessageHeaders: (item) => {
    const raw = mimeBytes(item);
    if (raw === undefined) return undefined;
    const { fields } = readHeaders(raw);
    return el(
      'InternetMessageHeaders',
      fields.map(([name, value]) => el('InternetMessageHeader', decodeWords(value), { HeaderName: name })),
    );
  },
  ConversationId: (item, { account }) =>
    item.kind === 'Contact' || item.kind === 'DistributionList'
      ? undefined
      : empty('ConversationId', { Id: conversationOf(item, account.mailbox).id.toString('base64') }),
  Flag: (item, view) => stored(item, view, 'Flag') ?? el('Flag', [el('FlagStatus', 'NotFlagged')]),
  ReminderIsSet: (item, view) =>
    stored(item, view, 'ReminderIsSet') ?? el('ReminderIsSet', item.kind === 'CalendarItem'),
  ReminderMinutesBeforeStart: (item, view) =>
    stored(item, view, 'ReminderMinutesBeforeStart') ??
    el('ReminderMinutesBeforeStart', item.kind === 'CalendarItem' ? 15 : 0),
};

/** What every item of the simulator grants its reader; rights are checked before an item is shown. */
export const effectiveRights: XmlNode = el('EffectiveRights', [
  el('CreateAssociated', false),
  el('CreateContents', false),
  el('CreateHierarchy', false),
  el('Delete', true),
  el('Modify', true),
  el('Read', true),
  el('ViewPrivateItems', true),
]);

/** A property as a client set it or the message gave it. */
export function stored(item: Item, view: ItemView, name: string): XmlNode | undefined {
  // No message brings these, so one that sleeps need not be woken to say that it has none.
  if (item.content === undefined && neverInMessages.has(name)) return undefined;
  return contentOf(item, view.account.mailbox).properties.get(name);
}

const neverInMessages: ReadonlySet<string> = new Set(['Categories', 'Flag', 'ReminderIsSet', 'Culture']);

function displayed(item: Item, view: ItemView, name: string, list: string): XmlNode {
  const people = addressesOf(stored(item, view, list));
  return el(name, people.map((one) => (one.name === '' ? one.address : one.name)).join('; '));
}
