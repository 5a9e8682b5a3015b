import MailComposer from 'nodemailer/lib/mail-composer';
import { type Conversation, conversationOf } from '../items/conversation.ts';
import { contentOf, mimeBytes } from '../items/item-content.ts';
import type { Attachment, Item, ItemContent } from '../store/item.ts';
import type { Mailbox } from '../store/mailbox.ts';
import { addressesOf } from './mail-addresses.ts';

/** The item as an Internet message: as it came, else composed of its properties. Bcc stays in. */
export async function composeMime(item: Item, mailbox: Mailbox, calendar?: CalendarPart): Promise<Buffer> {
  const raw = mimeBytes(item);
  if (raw !== undefined) return raw;
  const content = contentOf(item, mailbox);
  const { properties, body, alternative } = content;
  const people = (name: string): { name: string; address: string }[] => addressesOf(properties.get(name));
  const text = [body, alternative].find((one) => one?.type === 'Text')?.text;
  const html = [body, alternative].find((one) => one?.type === 'HTML')?.text;
  const composer = new MailComposer({
    from: people('From')[0] ?? people('Organizer')[0],
    sender: differing(people('Sender')[0], people('From')[0]),
    to: people('ToRecipients'),
    cc: people('CcRecipients'),
    bcc: people('BccRecipients'),
    replyTo: people('ReplyTo'),
    subject: item.subject,
    date: new Date(item.sent),
    ...(item.messageId === '' ? {} : { messageId: item.messageId }),
    ...optional('inReplyTo', properties.get('InReplyTo')?.text),
    ...optional('references', properties.get('References')?.text),
    ...priorityOf(properties.get('Importance')?.text),
    headers: headersOf(content, conversationOf(item, mailbox)),
    ...(text === undefined && html !== undefined ? {} : { text: text ?? '' }),
    ...(html === undefined ? {} : { html }),
    ...(calendar === undefined ? {} : { alternatives: [calendarAlternative(calendar)] }),
    attachments: await Promise.all(content.attachments.map((one) => attached(one, mailbox))),
  });
  const node = composer.compile();
  (node as { keepBcc?: boolean }).keepBcc = true;
  return node.build();
}

/** A calendar object to be carried by the message. */
export interface CalendarPart {
  readonly method: string;
  readonly text: string;
}

function calendarAlternative({ method, text }: CalendarPart) {
  return { contentType: `text/calendar; charset=utf-8; method=${method}`, content: text };
}

function optional(name: string, value: string | undefined): Record<string, string> {
  return value === undefined || value === '' ? {} : { [name]: value };
}

function priorityOf(importance: string | undefined): { priority?: 'high' | 'low' } {
  if (importance === 'High') return { priority: 'high' };
  return importance === 'Low' ? { priority: 'low' } : {};
}

function differing<Person extends { address: string }>(sender: Person | undefined, from: Person | undefined) {
  return sender?.address === from?.address ? undefined : sender;
}

function headersOf({ properties, extended }: ItemContent, thread: Conversation): Record<string, string> {
  const own: Record<string, string> = {
    'Thread-Topic': thread.topic,
    'Thread-Index': thread.index.toString('base64'),
  };
  const sensitivity = properties.get('Sensitivity')?.text ?? 'Normal';
  if (sensitivity !== 'Normal') own.Sensitivity = sensitivity;
  const [from] = addressesOf(properties.get('From'));
  const wantsReceipt = properties.get('IsReadReceiptRequested')?.text === 'true';
  if (wantsReceipt && from !== undefined) own['Disposition-Notification-To'] = from.address;
  for (const [key, value] of extended) {
    const header = /^00020386-0000-0000-c000-000000000046\/name:(.+)$/.exec(key)?.[1];
    if (header !== undefined && /^[!-9;-~]+$/.test(header)) own[header] = value.text;
  }
  return own;
}

async function attached(one: Attachment, mailbox: Mailbox) {
  const { item, content, name, contentType, contentId, isInline } = one;
  const message = item === undefined ? undefined : await composeMime(item, mailbox);
  return {
    filename: message === undefined || /\.eml$/i.test(name) ? name : `${name}.eml`,
    content: message ?? content ?? Buffer.alloc(0),
    contentType: message === undefined ? contentType : 'message/rfc822',
    ...(contentId === undefined ? {} : { cid: contentId }),
    contentDisposition: isInline ? ('inline' as const) : ('attachment' as const),
  };
}
