import type { MailMessage } from '../../contracts/mail-message.ts';
import type { MailHandle, MailRetriever } from '../../contracts/mail-retriever.ts';
import { type IncomingMail, readIncomingMail } from './incoming-mail.ts';

/** Header bytes read of one message, at most: what is judged stands early, and a longer head is judged with its body. */
const headBytes = 65_536;

/** Reads heads and returns the messages that they let us judge; none from a server that cannot give heads alone. */
export async function readHeads(
  retriever: Pick<MailRetriever, 'fetchHeads'>,
  handles: readonly MailHandle[],
  now: Date,
  signal: AbortSignal,
): Promise<readonly IncomingMail[]> {
  const mails: IncomingMail[] = [];
  if (retriever.fetchHeads === undefined) return mails;
  for await (const fetched of retriever.fetchHeads(handles, headBytes, signal)) {
    if ('error' in fetched || fetched.raw.length >= headBytes) continue;
    const { handle, raw } = fetched;
    const receivedOn = fetched.receivedOn ?? handle.receivedOn;
    const source = { serverId: handle.serverId, raw, receivedOn, wholeBytes: handle.sizeBytes ?? raw.length };
    const mail = await readIncomingMail(source, now).catch(() => undefined);
    if (mail !== undefined && isToldByHead(mail.message)) mails.push(mail);
  }
  return mails;
}

/** False for messages that only their body identifies (IN-32), and for reports, whose body says what they are about (RFC 3464). */
function isToldByHead(message: MailMessage): boolean {
  if (message.messageId === '') return false;
  const value = (name: string): string => (message.headers.get(name)?.[0] ?? '').trim().toLowerCase();
  if (/^multipart\/report|^message\//.test(value('content-type')) || value('return-path') === '<>') return false;
  const sender = (message.from[0] ?? message.sender[0])?.address ?? '';
  return !/^(?:mailer-daemon|postmaster)@|^mailer-daemon$/i.test(sender);
}
