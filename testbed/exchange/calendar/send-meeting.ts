import { randomUUID } from 'node:crypto';
import { writeCalendar } from '../ics/write-calendar.ts';
import { bareItem, contentOf, copyContent } from '../items/item-content.ts';
import { itemOfMessage } from '../items/item-of-message.ts';
import { sendMessage } from '../mail/send-message.ts';
import { composeMime } from '../mime/compose-mime.ts';
import { type MailAddress, mailboxNode } from '../mime/mail-addresses.ts';
import type { Account } from '../store/account.ts';
import type { Item, ItemContent } from '../store/item.ts';
import type { World } from '../store/world.ts';
import { el } from '../xml/xml-node.ts';

/** A message about a meeting. */
export interface MeetingMail {
  readonly method: 'REQUEST' | 'CANCEL' | 'REPLY';
  readonly to: readonly MailAddress[];
  /** In front of the meeting's subject, such as `Canceled: `. */
  readonly prefix: string;
  /** Of a reply: PARTSTAT. */
  readonly status?: string;
  /** Text in place of the meeting's body. */
  readonly body?: ItemContent['body'];
  /** Keeps a copy in Sent Items. */
  readonly saves: boolean;
}

/** Sends a meeting message about an item (an occurrence as well) and gives the copy in Sent Items, when one is kept. */
export async function sendMeeting(
  world: World,
  owner: Account,
  item: Item,
  mail: MeetingMail,
): Promise<Item | undefined> {
  if (mail.to.length === 0) return undefined;
  const content = contentOf(item, owner.mailbox);
  const self = { name: owner.displayName, address: owner.address };
  const reply = mail.status === undefined ? {} : { reply: { ...self, status: mail.status } };
  // Categories are the sender's own (Set-TransportConfig -ClearCategories).
  const told = copyContent(content);
  told.properties.delete('Categories');
  const text = writeCalendar(item, told, { method: mail.method, owner, now: world.now(), ...reply });
  const carrier: Item = {
    ...bareItem('Message', world.now()),
    subject: `${mail.prefix}${item.subject}`,
    messageId: `<${randomUUID()}@${owner.address.split('@')[1]}>`,
    content: { ...copyContent(content), body: mail.body ?? content.body, occurrences: new Map() },
  };
  const properties = carrier.content?.properties;
  for (const name of [...(properties?.keys() ?? [])])
    if (!/^(Importance|Sensitivity)$/.test(name)) properties?.delete(name);
  properties?.set('From', el('From', [mailboxNode(self)]));
  properties?.set('Sender', el('Sender', [mailboxNode(self)]));
  properties?.set(
    'ToRecipients',
    el(
      'ToRecipients',
      mail.to.map((one) => mailboxNode(one)),
    ),
  );
  const raw = await composeMime(carrier, owner.mailbox, { method: mail.method, text });
  await sendMessage(
    world,
    owner.address,
    mail.to.map(({ address }) => address),
    raw,
  );
  if (!mail.saves) return undefined;
  const saved = { ...itemOfMessage(raw, { now: world.now(), isRead: true }), isFromMe: true };
  return owner.mailbox.addItem(owner.mailbox.folderNamed('sentitems'), saved);
}
