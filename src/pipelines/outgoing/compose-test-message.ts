import type { OutgoingMail } from '../../contracts/mail-sender.ts';
import { buildMessageId } from '../../formats/message-id.ts';
import { composeMail } from '../../formats/mime-compose.ts';

/** Subject of the message that Test & Enable sends (TE-04). */
export const testMessageSubject = 'Your mailbox is now connected to Mailroom';

/** Header field by which our own test message is known and never tracked (TE-04). */
export const testMessageHeader = 'X-Mailroom-Test';

/** The test message of a mailbox to itself (TE-03, TE-04); `unique` is a UUID. */
export function composeTestMessage(address: string, unique: string, now: Date): OutgoingMail {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  const me = { name: 'Mailroom', address };
  const composed = composeMail({
    from: me,
    to: [{ name: '', address }],
    subject: testMessageSubject,
    text: `This message shows that Mailroom can send mail as ${address}.\r\nNothing needs to be done; it may be deleted.\r\n`,
    messageId: buildMessageId(unique, domain),
    date: now,
    autoSubmitted: 'auto-generated',
    boundarySeed: unique,
  });
  const raw = Buffer.concat([Buffer.from(`${testMessageHeader}: ${unique.replace(/[^\w-]/g, '')}\r\n`), composed.raw]);
  return { envelope: { from: address, to: [address] }, messageId: composed.messageId, raw };
}
