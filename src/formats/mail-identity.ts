import { createHash } from 'node:crypto';
import type { MailMessage } from '../contracts/mail-message.ts';
import { normaliseMessageId } from './message-id.ts';

const MAX_LENGTH = 400;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * What makes a message the same message in another mailbox or a later run (IN-30): its Message-ID, or `digest:` and a hash of
 * date, sender, subject and body where it has none (IN-32). At most 400 characters; a longer id becomes `long:` and its hash.
 */
export function mailIdentity(message: MailMessage): string {
  const id = normaliseMessageId(message.messageId);
  if (id.length > MAX_LENGTH) return `long:${sha256(id)}`;
  if (id !== '') return id;
  const date = message.date?.toISOString() ?? '';
  const from = message.from.map((address) => address.address.toLowerCase()).join(',');
  const body = message.text === '' ? message.html : message.text;
  return `digest:${sha256(JSON.stringify([date, from, message.subject, body]))}`;
}
