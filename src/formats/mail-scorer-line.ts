import { parseAddressList } from './address.ts';
import { messageIds, normaliseMessageId } from './message-id.ts';
import { decodeWords } from './mime/encoded-words.ts';
import { fieldValue, readRawValue } from './mime/header-block.ts';
import { readMailDate } from './mime/mail-date.ts';
import { readMessage } from './mime/read-message.ts';

/** A message as one JSON line, the form in which a mail parser is compared with others. */
export interface MailScorerLine {
  readonly file: string;
  readonly subject: string | null;
  /** Bare addresses. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly cc: readonly string[];
  /** ISO 8601 in UTC; null when absent or unreadable. */
  readonly date: string | null;
  /** With angle brackets; null when absent. */
  readonly messageId: string | null;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  readonly textPlain: readonly string[];
  readonly textHtml: readonly string[];
  readonly attachments: readonly { readonly name: string; readonly size: number }[];
  readonly faults: readonly string[];
}

/** Reads a message and writes it as a line for comparison; throws what {@link readMessage} throws. */
export function mailScorerLine(file: string, raw: Buffer): MailScorerLine {
  const message = readMessage(raw);
  const value = (name: string): string => readRawValue(fieldValue(message.root.fields, name));
  const addresses = (name: string): string[] =>
    message.root.fields
      .filter((field) => field.name === name)
      .flatMap((field) => parseAddressList(readRawValue(field.value)))
      .map((address) => address.address)
      .filter((address) => address !== '');
  const bracketed = (name: string): string[] => messageIds(value(name)).map((id) => `<${id}>`);
  const messageId = normaliseMessageId(value('message-id'));
  const hasSubject = message.root.fields.some((field) => field.name === 'subject');
  return {
    file,
    subject: hasSubject ? decodeWords(value('subject')) : null,
    from: addresses('from'),
    to: addresses('to'),
    cc: addresses('cc'),
    date: readMailDate(value('date'))?.toISOString() ?? null,
    messageId: messageId === '' ? null : `<${messageId}>`,
    inReplyTo: bracketed('in-reply-to')[0] ?? null,
    references: bracketed('references'),
    textPlain: message.texts.filter((text) => text.kind === 'plain').map((text) => text.text),
    textHtml: message.texts.filter((text) => text.kind === 'html').map((text) => text.text),
    attachments: message.files.map((file) => ({ name: file.part.fileName, size: file.content.length })),
    faults: message.faults,
  };
}
