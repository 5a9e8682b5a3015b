import { el, type XmlNode } from '../xml/xml-node.ts';
import { conversationOf } from './conversation.ts';
import { stored } from './item-properties.ts';
import type { PropertyReader } from './item-view.ts';

/** Properties of messages, meeting messages included, that are not simply what a client set. */
export const messageProperties: Readonly<Record<string, PropertyReader<XmlNode>>> = {
  IsRead: (item) => el('IsRead', item.isRead),
  InternetMessageId: (item) => (item.messageId === '' ? undefined : el('InternetMessageId', item.messageId)),
  ConversationIndex: (item, { account }) =>
    el('ConversationIndex', conversationOf(item, account.mailbox).index.toString('base64')),
  ConversationTopic: (item, { account }) => el('ConversationTopic', conversationOf(item, account.mailbox).topic),
  IsReadReceiptRequested: (item, view) =>
    stored(item, view, 'IsReadReceiptRequested') ?? el('IsReadReceiptRequested', false),
  IsDeliveryReceiptRequested: (item, view) =>
    stored(item, view, 'IsDeliveryReceiptRequested') ?? el('IsDeliveryReceiptRequested', false),
  IsResponseRequested: (item, view) => stored(item, view, 'IsResponseRequested') ?? el('IsResponseRequested', false),
  ReceivedBy: (item, view) => (item.isDraft ? undefined : receiver(view.account, 'ReceivedBy')),
  ReceivedRepresenting: (item, view) => (item.isDraft ? undefined : receiver(view.account, 'ReceivedRepresenting')),
};

function receiver({ displayName, address }: { displayName: string; address: string }, name: string): XmlNode {
  const person = [el('Name', displayName), el('EmailAddress', address), el('RoutingType', 'SMTP')];
  return el(name, [el('Mailbox', [...person, el('MailboxType', 'Mailbox')])]);
}
