import type { MailAddress, MailMessage } from '../../contracts/mail-message.ts';
import { isValidAddress } from '../../formats/address.ts';
import { scanAddresses } from '../../formats/mime/address-scanner.ts';
import { type IncomingMail, type MailSource, readIncomingMail } from './incoming-mail.ts';

/** Originals taken out of one message, at most; a rule attaches one, a person a handful. */
const mostOriginals = 200;

/** Header fields beside From and Sender that may name who forwarded a message, the surest first (FW-03). */
const forwarderFields = ['return-path', 'resent-from', 'x-forwarded-for'];

/** Whether a part is a message forwarded as an attachment: declared as one, or a file that says so by its name. */
function isOriginal({ contentType, fileName }: MailMessage['attachments'][number]): boolean {
  if (contentType === 'message/rfc822' || contentType === 'message/global') return true;
  return /\.eml$/i.test(fileName) && /^(?:application\/octet-stream|text\/plain)$/.test(contentType);
}

/** Addresses that may be the forwarder's, in the order in which they are asked about; each once. */
function forwardersOf(message: MailMessage): readonly MailAddress[] {
  const others = forwarderFields.flatMap((name) => (message.headers.get(name) ?? []).flatMap(scanAddresses));
  const named = [...message.from, ...message.sender, ...others];
  const first = new Map<string, MailAddress>();
  for (const one of named) {
    const key = one.address.toLowerCase();
    if (isValidAddress(one.address) && !first.has(key)) first.set(key, one);
  }
  return [...first.values()].slice(0, 20);
}

/**
 * Reads a message that lies in a forward mailbox: the originals attached to it, each as a message of its own (FW-02), or the message
 * itself where none is attached (FW-04); forwarded text is never taken for an original (FW-05). Throws MailroomError, kind `item`,
 * when the message or one of its originals cannot be read at all.
 */
export async function recoverOriginals(source: MailSource, now: Date): Promise<readonly IncomingMail[]> {
  const outer = await readIncomingMail(source, now);
  const originals = outer.message.attachments.filter(isOriginal).slice(0, mostOriginals);
  const { messageId, subject } = outer.message;
  const { raw, receivedOn } = source;
  const carrier = { raw, receivedOn, messageId, subject, forwarders: forwardersOf(outer.message) };
  const recovered: IncomingMail[] = [];
  for (const { content } of originals) {
    const inner = await readIncomingMail({ ...source, raw: content, receivedOn: undefined, carrier }, outer.receivedOn);
    recovered.push(inner);
  }
  return recovered.length > 0 ? recovered : [outer];
}
