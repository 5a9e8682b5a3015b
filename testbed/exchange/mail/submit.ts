import { randomUUID } from 'node:crypto';
import { maySendFrom } from '../access/rights.ts';
import { contentOf } from '../items/item-content.ts';
import { composeMime } from '../mime/compose-mime.ts';
import { editHeaders } from '../mime/edit-headers.ts';
import { addressesOf, type MailAddress, mailboxNode } from '../mime/mail-addresses.ts';
import { readHeaders } from '../mime/read-headers.ts';
import { EwsError } from '../soap/ews-error.ts';
import type { Account } from '../store/account.ts';
import type { Item } from '../store/item.ts';
import type { World } from '../store/world.ts';
import { el } from '../xml/xml-node.ts';
import { sendMessage } from './send-message.ts';

/**
 * Sends an item: gives it sender, Message-ID and date, and hands it to every recipient. `owner` is whose mailbox it lies in.
 * Throws EwsError for missing recipients, or when the sender may not use the From address.
 */
export async function submit(world: World, owner: Account, reader: Account, item: Item): Promise<void> {
  const recipients = recipientsOf(item, owner);
  if (recipients.length === 0) throw new EwsError('ErrorMissingRecipients');
  const wrong = recipients.find(({ address }) => !/^[^@\s]+@[^@\s]+$/.test(address));
  if (wrong !== undefined) throw new EwsError('ErrorInvalidRecipients', `"${wrong.address}" is no address.`);
  const envelope = prepareSender(world, owner, reader, item);
  const now = world.now();
  item.sent = now;
  item.received = now;
  if (item.messageId === '') item.messageId = `<${randomUUID()}@${owner.address.split('@')[1]}>`;
  const raw = completed(await composeMime(item, owner.mailbox), item, envelope);
  if (raw.length > world.maxMessageBytes) throw new EwsError('ErrorMessageSizeExceeded');
  if (item.mime !== undefined) item.mime = raw;
  item.isDraft = false;
  item.isFromMe = true;
  const to = recipients.map(({ address }) => address);
  await sendMessage(world, envelope.from.address, to, editHeaders(raw, ['Bcc'], []));
}

function recipientsOf(item: Item, owner: Account): MailAddress[] {
  const { properties } = contentOf(item, owner.mailbox);
  return ['ToRecipients', 'CcRecipients', 'BccRecipients'].flatMap((name) => addressesOf(properties.get(name)));
}

interface Envelope {
  readonly from: MailAddress;
  /** Who sends, where that is somebody else; the message shows it. */
  readonly sender: MailAddress | undefined;
}

/** Sets From and Sender as the rights of the one who sends allow. */
function prepareSender(world: World, owner: Account, reader: Account, item: Item): Envelope {
  const { properties } = contentOf(item, owner.mailbox);
  const [given] = addressesOf(properties.get('From'));
  const account = given === undefined ? owner : world.account(given.address);
  const right = account === undefined ? undefined : maySendFrom(reader, account);
  const isOwn = account === owner && owner.fullAccess.has(reader.address.toLowerCase());
  if (right === undefined && !isOwn) throw new EwsError('ErrorSendAsDenied');
  const from = given ?? { name: owner.displayName, address: owner.address };
  const sender = right === 'onBehalf' ? { name: reader.displayName, address: reader.address } : undefined;
  properties.set('From', el('From', [mailboxNode(from)]));
  properties.set('Sender', el('Sender', [mailboxNode(sender ?? from)]));
  return { from, sender };
}

/** The message with the fields a transport adds where they are missing. */
function completed(raw: Buffer, item: Item, { from, sender }: Envelope): Buffer {
  const headers = readHeaders(raw);
  const added: [string, string][] = [];
  if (headers.raw('Message-ID') === undefined) added.push(['Message-ID', item.messageId]);
  if (headers.raw('Date') === undefined) added.push(['Date', new Date(item.sent).toUTCString()]);
  if (headers.raw('From') === undefined) added.push(['From', from.address]);
  if (sender !== undefined) added.push(['Sender', sender.address]);
  return added.length === 0 ? raw : editHeaders(raw, sender === undefined ? [] : ['Sender'], added);
}
