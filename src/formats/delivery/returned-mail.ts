import type { MailMessage } from '../../contracts/mail-message.ts';
import { messageIds, normaliseMessageId } from '../message-id.ts';
import { scanAddresses } from '../mime/address-scanner.ts';
import { decodeWords } from '../mime/encoded-words.ts';
import { fieldValue, readHeaderBlock, readRawValue } from '../mime/header-block.ts';

/** What a report gives back of the message it is about; texts are empty when it does not. */
export interface ReturnedMail {
  /** Without angle brackets. */
  readonly messageId: string;
  readonly inReplyTo: string;
  readonly references: readonly string[];
  readonly subject: string;
  readonly from: string;
  /** Addresses of To, Cc and Bcc. */
  readonly recipients: readonly string[];
}

const NOTHING: ReturnedMail = { messageId: '', inReplyTo: '', references: [], subject: '', from: '', recipients: [] };

const HEADER_TYPES = new Set([
  'message/rfc822',
  'message/global',
  'message/rfc822-headers',
  'message/global-headers',
  'text/rfc822-headers',
  'text/rfc822-header',
]);

/** A line after which a report shows the message it is about. */
const SEPARATOR =
  /^[ \t>*]*(?:[-=_*]{2,}[ \t]*(?:this is a copy|below this line|enclosed is a copy|the header of|returned message|unsent message|original m|undelivered m|message header|forwarded m|copy of )|below is a copy|included is a copy|original message follows|message headers follow|the attachment contains the original|original message headers|message text follows|your message was:)/im;

const FIELD_LINE = /^(?:[a-z][a-z0-9-]{1,60}[ \t]*:|[ \t]+\S)/i;

const MAX_TEXT = 65_536;

function fromHeader(raw: Buffer): ReturnedMail {
  const { fields } = readHeaderBlock(raw, 0, Math.min(raw.length, 1_048_576));
  const value = (name: string): string => readRawValue(fieldValue(fields, name));
  const addresses = (name: string): string[] =>
    scanAddresses(value(name)).flatMap(({ address }) => (address === '' ? [] : [address]));
  return {
    messageId: normaliseMessageId(value('message-id')),
    inReplyTo: messageIds(value('in-reply-to'))[0] ?? '',
    references: messageIds(value('references')),
    subject: decodeWords(value('subject')).trim(),
    from: addresses('from')[0] ?? '',
    recipients: ['to', 'cc', 'bcc'].flatMap(addresses),
  };
}

const isAnything = (mail: ReturnedMail): boolean => mail.messageId !== '' || mail.recipients.length > 0;

/** Where the header of a returned message begins in a text; -1 when there is none. */
function headerStart(text: string): number {
  const id = /^[ \t>]*message-id[ \t]*:/im.exec(text);
  if (id === null) return -1;
  const lines = text.slice(0, id.index).split('\n');
  let start = id.index;
  lines.pop();
  for (const line of lines.reverse()) {
    if (!FIELD_LINE.test(line)) break;
    start -= line.length + 1;
  }
  return Math.max(0, start);
}

/** A report's text, parted into its own words and the message it shows. */
export interface PartedText {
  readonly report: string;
  readonly returned: string;
}

/** Parts the text of a report where the message it is about begins; of more than 65,536 characters the first. Pure. */
export function partReport(text: string): PartedText {
  const whole = text.slice(0, MAX_TEXT).replace(/\r\n?/g, '\n');
  const separator = SEPARATOR.exec(whole);
  const header = headerStart(whole);
  const places = [separator?.index ?? -1, header].filter((place) => place >= 0);
  const at = places.length === 0 ? whole.length : Math.min(...places);
  return { report: whole.slice(0, at), returned: header < 0 ? whole.slice(at) : whole.slice(header) };
}

/** The message that a report is about: from an attached copy or its headers, else from the text after the report. */
export function returnedMail(message: Pick<MailMessage, 'attachments'>, returnedText: string): ReturnedMail {
  for (const attachment of message.attachments) {
    const isHeader = HEADER_TYPES.has(attachment.contentType);
    if (!isHeader && !(attachment.contentType === 'text/plain' && attachment.content.length < MAX_TEXT)) continue;
    const found = fromHeader(attachment.content);
    if (isAnything(found)) return found;
  }
  const found = fromHeader(Buffer.from(returnedText.replace(/^(?:[-=_*>\s][^\n]*)?\n+/, ''), 'utf8'));
  if (isAnything(found)) return found;
  const id = /^[ \t>]*message-id[ \t]*:[ \t\n]*<([^<>\s]{3,400})>/im.exec(returnedText)?.[1];
  return id === undefined ? NOTHING : { ...NOTHING, messageId: id };
}
