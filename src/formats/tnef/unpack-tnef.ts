import { createHash } from 'node:crypto';
import type { MailAttachment } from '../../contracts/mail-message.ts';
import { composeMail } from '../mime-compose.ts';
import { isTnef, readTnef, type TnefFile, type TnefMessage } from './read-tnef.ts';

/** What was in a `winmail.dat`. */
export interface UnpackedTnef {
  /** Empty when it holds no plain body. */
  readonly text: string;
  /** Empty when it holds no HTML body, neither as such nor inside RTF. */
  readonly html: string;
  /** Names as given, empty where none is; messages inside as `message/rfc822`. */
  readonly files: readonly Omit<MailAttachment, 'inline'>[];
  /** True for meeting requests, answers and cancellations (IN-08). */
  readonly isMeeting: boolean;
  readonly faults: readonly string[];
}

const TYPES = new Set(['application/ms-tnef', 'application/vnd.ms-tnef']);

/** A message inside a TNEF stream as a message of its own (AT-07); equal streams give equal bytes. */
function asMail(message: TnefMessage, stream: Buffer): Buffer {
  const digest = createHash('sha256').update(stream).digest('hex').slice(0, 32);
  const { raw } = composeMail({
    from: { name: message.senderName, address: message.senderAddress },
    to: [],
    subject: message.subject,
    text: message.text || undefined,
    html: message.html || undefined,
    attachments: message.files.map((file, index) => filed(file, index)),
    messageId: message.messageId || `${digest}@winmail.invalid`,
    date: message.sentOn ?? new Date(0),
    boundarySeed: digest,
  });
  return raw;
}

function filed(file: TnefFile, index: number): Omit<MailAttachment, 'inline'> {
  const { message, content, contentId } = file;
  if (message === undefined) {
    const contentType = file.contentType || 'application/octet-stream';
    return { fileName: file.fileName, contentType, contentId, content };
  }
  const name = message.subject.trim() || `message-${index + 1}`;
  const fileName = `${name.replace(/[/\\:*?"<>|\s]+/g, ' ').slice(0, 200)}.eml`;
  return { fileName, contentType: 'message/rfc822', contentId, content: asMail(message, content) };
}

/** Whether an attachment says that it is a TNEF stream. */
export function isTnefNamed({ contentType, fileName }: Pick<MailAttachment, 'contentType' | 'fileName'>): boolean {
  return TYPES.has(contentType) || /^winmail\.dat$/i.test(fileName);
}

/** Unpacks the bytes of an attachment that is named as a TNEF stream (AT-09); undefined when they are none. */
export function unpackTnef(content: Buffer): UnpackedTnef | undefined {
  const message = isTnef(content) ? readTnef(content) : undefined;
  if (message === undefined) return undefined;
  return {
    text: message.text,
    html: message.html,
    files: message.files.map(filed),
    isMeeting: /^IPM\.(?:Schedule\.Meeting|Microsoft Schedule\.Mtg)/i.test(message.messageClass),
    faults: message.faults,
  };
}
