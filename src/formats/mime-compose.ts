import { createHash } from 'node:crypto';
import type { MailAddress } from '../contracts/mail-message.ts';
import { htmlToPlain } from './html-to-plain.ts';
import { type EncodedBody, encodeBase64, encodeText, wireText } from './mime/body-writer.ts';
import {
  addressField,
  headerText,
  parameter,
  parameterField,
  textField,
  tokenField,
  wireAddress,
} from './mime/header-writer.ts';

/** A file of a message to be written. */
export interface ComposeAttachment {
  readonly fileName: string;
  /** Media type; one that cannot stand in a header becomes `application/octet-stream`. */
  readonly contentType: string;
  readonly content: Buffer;
  /** Without brackets; a file that the HTML refers to by `cid:` goes beside it in multipart/related. */
  readonly contentId?: string | undefined;
}

/** All that a message is written from; equal input gives equal bytes. */
export interface ComposeInput {
  readonly from: MailAddress;
  readonly sender?: MailAddress | undefined;
  readonly replyTo?: readonly MailAddress[] | undefined;
  readonly to: readonly MailAddress[];
  readonly cc?: readonly MailAddress[] | undefined;
  /** Looked at for `needsSmtpUtf8` alone; never written (OU-15). */
  readonly bcc?: readonly MailAddress[] | undefined;
  readonly subject: string;
  readonly html?: string | undefined;
  /** Plain body; made from the HTML when absent. */
  readonly text?: string | undefined;
  readonly attachments?: readonly ComposeAttachment[] | undefined;
  /** Without brackets. */
  readonly messageId: string;
  readonly date: Date;
  readonly inReplyTo?: string | undefined;
  /** Oldest first, without brackets; the first and the last twenty are written. */
  readonly references?: readonly string[] | undefined;
  readonly threadTopic?: string | undefined;
  /** Thread-Index, base64. */
  readonly conversationIndex?: string | undefined;
  readonly importance?: 'low' | 'normal' | 'high' | undefined;
  /** Value of Auto-Submitted (RFC 3834 5); Exchange, which goes by a field of its own, is asked not to answer either. */
  readonly autoSubmitted?: 'auto-generated' | 'auto-replied' | undefined;
  /** Where a read receipt goes (RFC 8098 2.1). */
  readonly readReceiptTo?: MailAddress | undefined;
  /** Any text; the boundaries are made from it. */
  readonly boundarySeed: string;
}

/** A message as bytes with CRLF line ends. */
export interface ComposedMail {
  readonly raw: Buffer;
  /** Without brackets, as written. */
  readonly messageId: string;
  /** True when an address holds a local part outside ASCII (RFC 6531). */
  readonly needsSmtpUtf8: boolean;
}

const SAFE_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:; ?[\w-]+=(?:"[\w !#$%&'()*+,./:;<=>?@^`{|}~-]*"|[\w.+-]+))*$/;

const bareId = (id: string): string => id.replace(/[^!-;=?-~]+/g, '').slice(0, 900);
const bracketed = (id: string): string => `<${bareId(id)}>`;

function boundaryMaker(seed: string): () => string {
  const stem = createHash('sha256').update(seed).digest('hex').slice(0, 32);
  let made = 0;
  return () => {
    made += 1;
    return `=_mr_${made}_${stem}`;
  };
}

function textPart(subtype: 'plain' | 'html', text: string): string {
  const encoded = encodeText(text);
  const type = parameterField('Content-Type', `text/${subtype}`, ['charset=utf-8']);
  return `${type}Content-Transfer-Encoding: ${encoded.encoding}\r\n\r\n${encoded.body}`;
}

/** An attached message may only stand as it is (RFC 2046 5.2.1); one that cannot goes as an unnamed kind of file in base64. */
function attachedBody(attachment: ComposeAttachment): EncodedBody & { readonly contentType: string } {
  const type = attachment.contentType.toLowerCase();
  if (type === 'message/rfc822') {
    const wire = wireText(attachment.content.toString('latin1'));
    const stands = /^[\t\r\n -~]*$/.test(wire) && !/[^\r\n]{900}|=_mr_/.test(wire);
    if (stands) return { contentType: type, encoding: '7bit', body: wire };
  }
  const isSafe = SAFE_TYPE.test(attachment.contentType) && !/^(?:message|multipart)\//.test(type);
  const contentType = isSafe ? attachment.contentType : 'application/octet-stream';
  return { contentType, encoding: 'base64', body: encodeBase64(attachment.content) };
}

function filePart(attachment: ComposeAttachment, disposition: 'inline' | 'attachment'): string {
  const name = headerText(attachment.fileName);
  const { contentType, encoding, body } = attachedBody(attachment);
  const id = bareId(attachment.contentId ?? '');
  return [
    parameterField('Content-Type', contentType, name === '' ? [] : parameter('name', name)),
    `Content-Transfer-Encoding: ${encoding}\r\n`,
    parameterField('Content-Disposition', disposition, name === '' ? [] : parameter('filename', name)),
    id === '' ? '' : `Content-ID: <${id}>\r\n`,
    `\r\n${body}`,
  ].join('');
}

function multipart(
  subtype: string,
  parts: readonly string[],
  boundary: string,
  parameters: readonly string[] = [],
): string {
  const type = parameterField('Content-Type', `multipart/${subtype}`, [...parameters, `boundary="${boundary}"`]);
  return `${type}\r\n${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`;
}

function bodyOf(input: ComposeInput): string {
  const nextBoundary = boundaryMaker(input.boundarySeed);
  const html = input.html ?? '';
  const files = input.attachments ?? [];
  const isShown = (file: ComposeAttachment): boolean =>
    (file.contentId ?? '') !== '' && html.includes(`cid:${file.contentId}`);
  const inline = files.filter(isShown).map((file) => filePart(file, 'inline'));
  const attached = files.filter((file) => !isShown(file)).map((file) => filePart(file, 'attachment'));
  let body = textPart('plain', input.text ?? (html === '' ? '' : htmlToPlain(html)));
  if (html !== '') {
    const shown = textPart('html', html);
    const related =
      inline.length === 0 ? shown : multipart('related', [shown, ...inline], nextBoundary(), ['type="text/html"']);
    body = multipart('alternative', [body, related], nextBoundary());
  }
  return attached.length === 0 ? body : multipart('mixed', [body, ...attached], nextBoundary());
}

function threadFields(input: ComposeInput): string {
  const all = (input.references ?? []).map(bareId).filter((id) => id !== '');
  const kept = all.length > 21 ? [...all.slice(0, 1), ...all.slice(-20)] : all;
  return [
    (input.inReplyTo ?? '') === '' ? '' : tokenField('In-Reply-To', [bracketed(input.inReplyTo ?? '')]),
    kept.length === 0 ? '' : tokenField('References', kept.map(bracketed)),
    (input.threadTopic ?? '') === '' ? '' : textField('Thread-Topic', input.threadTopic ?? ''),
    (input.conversationIndex ?? '') === ''
      ? ''
      : tokenField(
          'Thread-Index',
          (input.conversationIndex ?? '').replace(/[^A-Za-z0-9+/=]/g, '').match(/.{1,72}/g) ?? [],
        ),
  ].join('');
}

function headerOf(input: ComposeInput): string {
  const hasNamed = input.to.length + (input.cc?.length ?? 0) > 0;
  const importance = input.importance ?? 'normal';
  return [
    `Date: ${input.date.toUTCString().replace('GMT', '+0000')}\r\n`,
    addressField('From', [input.from]),
    input.sender === undefined ? '' : addressField('Sender', [input.sender]),
    addressField('Reply-To', input.replyTo ?? []),
    hasNamed ? addressField('To', input.to) : 'To: undisclosed-recipients:;\r\n',
    addressField('Cc', input.cc ?? []),
    textField('Subject', input.subject),
    tokenField('Message-ID', [bracketed(input.messageId)]),
    threadFields(input),
    importance === 'normal' ? '' : `Importance: ${importance}\r\nX-Priority: ${importance === 'high' ? 1 : 5}\r\n`,
    input.readReceiptTo === undefined ? '' : addressField('Disposition-Notification-To', [input.readReceiptTo]),
    input.autoSubmitted === undefined
      ? ''
      : `Auto-Submitted: ${input.autoSubmitted}\r\nX-Auto-Response-Suppress: All\r\n`,
    'MIME-Version: 1.0\r\n',
  ].join('');
}

function hasForeignLocalPart(input: ComposeInput): boolean {
  const named = [input.from, input.sender, input.readReceiptTo, ...(input.replyTo ?? [])];
  const all = [...named, ...input.to, ...(input.cc ?? []), ...(input.bcc ?? [])];
  return all.some((address) => address !== undefined && /[^ -~]/.test(wireAddress(address.address)));
}

/**
 * Writes a message (RFC 5322, 2045 to 2049, 2231, 2387): CRLF line ends alone, lines within 998 bytes, no Bcc field (OU-09, OU-15),
 * and no input that can begin a header field of its own (SE-13). The same input gives the same bytes.
 */
export function composeMail(input: ComposeInput): ComposedMail {
  const raw = Buffer.from(headerOf(input) + bodyOf(input));
  return { raw, messageId: bareId(input.messageId), needsSmtpUtf8: hasForeignLocalPart(input) };
}
