import { findFolderIn, findItem } from '../access/find-target.ts';
import { answerMeeting, cancelMeeting, removeMeeting } from '../calendar/answer-meeting.ts';
import { bodyText } from '../items/body-forms.ts';
import { conversationOf, normalSubject } from '../items/conversation.ts';
import { bareItem, contentOf, emptyContent } from '../items/item-content.ts';
import { changeKeyText } from '../items/item-ids.ts';
import { sizeOf } from '../items/new-item.ts';
import { submit } from '../mail/submit.ts';
import { addressesOf, mailboxNode } from '../mime/mail-addresses.ts';
import type { Call } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import type { Account } from '../store/account.ts';
import type { Item, ItemContent } from '../store/item.ts';
import { child, childText, el, type XmlNode } from '../xml/xml-node.ts';

/** Elements of CreateItem that answer another item. */
export const responseKinds: ReadonlySet<string> = new Set([
  'AcceptItem',
  'TentativelyAcceptItem',
  'DeclineItem',
  'CancelCalendarItem',
  'RemoveItem',
  'ReplyToItem',
  'ReplyAllToItem',
  'ForwardItem',
  'SuppressReadReceipt',
]);

/** Carries out an answer to another item and gives the items it made. Throws EwsError. */
export async function respond(call: Call, node: XmlNode): Promise<Item[]> {
  const reference = child(node, 'ReferenceItemId');
  const target = findItem(call, reference && { ...reference, name: 'ItemId' });
  const key = reference?.attributes.ChangeKey;
  if (key !== undefined && key !== '' && key !== changeKeyText(target.item.changeKey)) {
    throw new EwsError('ErrorIrresolvableConflict');
  }
  switch (node.name) {
    case 'AcceptItem':
    case 'TentativelyAcceptItem':
    case 'DeclineItem':
      return answerMeeting(call, target, node);
    case 'CancelCalendarItem':
      return cancelMeeting(call, target, node);
    case 'RemoveItem':
      return removeMeeting(target);
    case 'SuppressReadReceipt':
      return [];
    default:
      return answerMail(call, target.account, target.item, node);
  }
}

async function answerMail(call: Call, account: Account, original: Item, node: XmlNode): Promise<Item[]> {
  const disposition = call.request.attributes.MessageDisposition;
  const item = answerTo(call, account, original, node);
  const saved = child(call.request, 'SavedItemFolderId');
  if (disposition === 'SaveOnly') {
    const folder =
      saved === undefined ? account.mailbox.folderNamed('drafts') : findFolderIn(call, saved, 'create').folder;
    return [account.mailbox.addItem(folder, { ...item, isDraft: true })];
  }
  await submit(call.world, account, call.reader, item);
  if (disposition === 'SendOnly') return [];
  const folder =
    saved === undefined ? account.mailbox.folderNamed('sentitems') : findFolderIn(call, saved, 'create').folder;
  return [account.mailbox.addItem(folder, item)];
}

function answerTo(call: Call, account: Account, original: Item, node: XmlNode): Item {
  const isForward = node.name === 'ForwardItem';
  const from = contentOf(original, account.mailbox);
  const content = emptyContent();
  const { topic, index } = conversationOf(original, account.mailbox);
  const put = (one: XmlNode): void => void content.properties.set(one.name, one);
  put(el('ConversationIndex', Buffer.concat([index, Buffer.alloc(5, original.serial & 0xff)]).toString('base64')));
  if (original.messageId !== '') {
    const old = from.properties.get('References')?.text ?? '';
    put(el('InReplyTo', original.messageId));
    put(el('References', `${old} ${original.messageId}`.trim()));
  }
  for (const name of ['ToRecipients', 'CcRecipients', 'BccRecipients', 'From']) {
    const given = child(node, name);
    if (given !== undefined) put(given);
  }
  if (!isForward && child(node, 'ToRecipients') === undefined) {
    for (const one of repliedTo(from, account, node.name === 'ReplyAllToItem')) put(one);
  }
  if (isForward) content.attachments.push(...from.attachments);
  content.body = answerBody(from, node);
  const item: Item = {
    ...bareItem('Message', call.world.now()),
    subject: childText(node, 'Subject') ?? `${isForward ? 'FW' : 'RE'}: ${topic || normalSubject(original.subject)}`,
    content,
  };
  return { ...item, size: sizeOf(item) };
}

function repliedTo({ properties }: ItemContent, account: Account, toAll: boolean): XmlNode[] {
  const people = (name: string) => addressesOf(properties.get(name));
  const senders = people('ReplyTo').length > 0 ? people('ReplyTo') : people('From');
  const own = account.address.toLowerCase();
  const others = (name: string) => people(name).filter(({ address }) => address.toLowerCase() !== own);
  const to = toAll ? [...senders, ...others('ToRecipients')] : senders;
  const copies = toAll ? others('CcRecipients') : [];
  return [
    el(
      'ToRecipients',
      to.map((one) => mailboxNode(one)),
    ),
    ...(copies.length > 0
      ? [
          el(
            'CcRecipients',
            copies.map((one) => mailboxNode(one)),
          ),
        ]
      : []),
  ];
}

/** The new text above the old one. */
function answerBody(from: ItemContent, node: XmlNode): ItemContent['body'] {
  const own = child(node, 'NewBodyContent');
  const whole = child(node, 'Body');
  if (whole !== undefined) return { type: whole.attributes.BodyType === 'HTML' ? 'HTML' : 'Text', text: whole.text };
  const type = own?.attributes.BodyType === 'Text' ? 'Text' : 'HTML';
  const old = bodyText(from, type);
  return { type, text: type === 'Text' ? `${own?.text ?? ''}\r\n\r\n${old}` : `${own?.text ?? ''}<hr>${old}` };
}
