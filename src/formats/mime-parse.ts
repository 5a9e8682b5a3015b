import type { MailAddress, MailAttachment, MailMessage } from '../contracts/mail-message.ts';
import { cutText } from './cut-text.ts';
import { messageIds, normaliseMessageId } from './message-id.ts';
import { scanAddresses } from './mime/address-scanner.ts';
import type { BodyText, FilePart } from './mime/body-parts.ts';
import { decodeWords } from './mime/encoded-words.ts';
import { fieldValue, type HeaderField, readRawValue } from './mime/header-block.ts';
import { readMailDate } from './mime/mail-date.ts';
import { type MimeMessage, readMessage } from './mime/read-message.ts';
import { textToHtml } from './text-to-html.ts';
import { isTnefNamed, unpackTnef } from './tnef/unpack-tnef.ts';

function addressesOf(fields: readonly HeaderField[], name: string): MailAddress[] {
  return fields.filter((field) => field.name === name).flatMap((field) => scanAddresses(readRawValue(field.value)));
}

function decodedHeaders(fields: readonly HeaderField[]): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const field of fields) {
    const value = decodeWords(readRawValue(field.value));
    const present = headers.get(field.name);
    if (present === undefined) headers.set(field.name, [value]);
    else present.push(value);
  }
  return headers;
}

function importanceOf(fields: readonly HeaderField[]): MailMessage['importance'] {
  const word = fieldValue(fields, 'importance').toLowerCase() || fieldValue(fields, 'x-msmail-priority').toLowerCase();
  if (word === 'high' || word === 'low' || word === 'normal') return word;
  const grade = Number.parseInt(fieldValue(fields, 'x-priority'), 10);
  if (grade >= 1 && grade <= 5) return grade < 3 ? 'high' : grade > 3 ? 'low' : 'normal';
  const priority = fieldValue(fields, 'priority').toLowerCase();
  if (priority === 'urgent') return 'high';
  return priority === 'non-urgent' ? 'low' : 'normal';
}

/** Alternatives of one group become one text and one HTML; where any part of the body is HTML, plain parts beside it are shown in it too. */
function joinBody(texts: readonly BodyText[]): { text: string; html: string } {
  const groups = new Map<number, { plain: string[]; html: string[] }>();
  for (const { kind, text, group } of texts) {
    const members = groups.get(group) ?? { plain: [], html: [] };
    members[kind].push(text);
    groups.set(group, members);
  }
  const sections = [...groups.values()];
  const text = sections.flatMap((section) => section.plain).join('\n');
  if (!sections.some((section) => section.html.some((html) => html.trim() !== ''))) return { text, html: '' };
  const html = sections.map((section) =>
    section.html.length > 0 ? section.html.join('\n') : textToHtml(section.plain.join('\n')),
  );
  return { text, html: html.join('\n') };
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'text/plain': 'txt',
  'text/html': 'html',
  'text/calendar': 'ics',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'application/pdf': 'pdf',
  'message/rfc822': 'eml',
  'message/global': 'eml',
};

/** Content ids that an HTML body refers to, lower case. */
function citedIds(html: string): Set<string> {
  const cited = new Set<string>();
  for (const match of html.matchAll(/\bcid:([^"'\s<>)]{1,500})/gi)) cited.add((match[1] ?? '').toLowerCase());
  return cited;
}

/** A file name without folders and control characters, at most 255 characters. */
function safeName(name: string): string {
  const bare = name.replace(/\p{Cc}+/gu, ' ').replace(/^.*[/\\]/s, '');
  return cutText(bare.trim(), 255);
}

/** A file before it is known whether the body shows it. */
interface FoundFile extends Pick<MailAttachment, 'contentId' | 'contentType' | 'fileName'> {
  readonly file: Pick<MailAttachment, 'content' | 'place'>;
  readonly disposition: string;
  readonly isRelated: boolean;
}

/** The files of a message, those packed into `winmail.dat` in its place (AT-09), and the body found in there. */
interface FoundFiles {
  readonly files: readonly FoundFile[];
  readonly text: string;
  readonly html: string;
  readonly isMeeting: boolean;
  readonly faults: readonly string[];
}

function findFiles(parts: readonly FilePart[]): FoundFiles {
  const files: FoundFile[] = [];
  const faults: string[] = [];
  let [text, html, isMeeting] = ['', '', false];
  for (const file of parts) {
    const { fileName, contentType, contentId, disposition } = file.part;
    const unpacked = isTnefNamed({ fileName, contentType }) ? unpackTnef(file.content) : undefined;
    if (unpacked === undefined || unpacked.faults.length > 0) {
      files.push({ fileName, contentType, contentId, file, disposition, isRelated: file.isRelated });
    }
    if (unpacked === undefined) continue;
    files.push(...unpacked.files.map((inner) => ({ ...inner, file: inner, disposition: '', isRelated: false })));
    faults.push(...unpacked.faults);
    text ||= unpacked.text;
    html ||= unpacked.html;
    isMeeting ||= unpacked.isMeeting;
  }
  return { files, text, html, isMeeting, faults };
}

function keptFile(file: FoundFile, index: number, cited: ReadonlySet<string>): MailAttachment {
  const { contentType, contentId, disposition, isRelated } = file;
  const isMessage = contentType === 'message/rfc822' || contentType === 'message/global';
  const stem = isMessage ? 'message' : 'attachment';
  const madeUp = `${stem}-${index + 1}.${EXTENSIONS[contentType] ?? 'bin'}`;
  const name = safeName(file.fileName);
  const id = contentId.toLowerCase();
  const isShown = id !== '' && (cited.has(id) || cited.has(encodeURIComponent(id).toLowerCase()));
  return {
    fileName: name === '' ? madeUp : name,
    contentType,
    contentId,
    inline: isShown || disposition === 'inline' || (isRelated && disposition !== 'attachment'),
    place: file.file.place,
    get content() {
      return file.file.content;
    },
  };
}

/** RFC 5546 section 1.4: what people of a meeting send each other. PUBLISH is none of it: a ticket, a booking, a calendar to look at. */
const meetingMethods = new Set(['request', 'reply', 'add', 'cancel', 'refresh', 'counter', 'declinecounter']);

function isMeeting(message: MimeMessage): boolean {
  const type = fieldValue(message.root.fields, 'content-class').toLowerCase();
  if (type.includes('calendarmessage')) return true;
  return message.files.some(
    ({ part, content }) => part.contentType === 'text/calendar' && meetingMethods.has(calendarMethod(part, content)),
  );
}

/** The method of a calendar (RFC 6047 section 2.4), lower case; empty without one. */
function calendarMethod(part: FilePart['part'], content: Buffer): string {
  const named =
    part.typeParameters.get('method') ?? /^METHOD[^:\r\n]*:(.*)$/im.exec(content.toString('latin1', 0, 2000))?.[1];
  return (named ?? '').trim().toLowerCase();
}

/** Reads a message at once, without giving way to other work; see {@link parseMail}. */
export function parseMailSync(raw: Buffer): MailMessage {
  const message = readMessage(raw);
  const { fields } = message.root;
  const value = (name: string): string => readRawValue(fieldValue(fields, name));
  const headers = decodedHeaders(fields);
  const written = joinBody(message.texts);
  const found = findFiles(message.files);
  const body = {
    text: written.text.trim() === '' ? found.text || written.text : written.text,
    html: written.html || found.html,
  };
  const cited = citedIds(body.html);
  return {
    messageId: normaliseMessageId(value('message-id')),
    inReplyTo: messageIds(value('in-reply-to'))[0] ?? '',
    references: messageIds(value('references')),
    subject: (headers.get('subject')?.[0] ?? '').replace(/\p{Cc}+/gu, ' ').trim(),
    from: addressesOf(fields, 'from'),
    sender: addressesOf(fields, 'sender'),
    replyTo: addressesOf(fields, 'reply-to'),
    to: addressesOf(fields, 'to'),
    cc: addressesOf(fields, 'cc'),
    bcc: addressesOf(fields, 'bcc'),
    date: readMailDate(value('date')),
    text: body.text,
    html: body.html,
    attachments: found.files.map((file, index) => keptFile(file, index, cited)),
    importance: importanceOf(fields),
    conversationIndex: fieldValue(fields, 'thread-index').replace(/\s+/g, ''),
    headers,
    isMeetingMessage: isMeeting(message) || found.isMeeting,
    faults: [...message.faults, ...found.faults],
  };
}

/**
 * Reads a message from its bytes (RFC 5322, RFC 2045 to 2049); bad MIME is read as well as it goes and told in `faults`.
 * Throws MailroomError `mr_MimeUnreadable`, kind `item` (EC-33), only for input that is no message at all.
 */
export async function parseMail(raw: Buffer): Promise<MailMessage> {
  return parseMailSync(raw);
}
