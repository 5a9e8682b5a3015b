import type { MailMessage } from '../../contracts/mail-message.ts';
import { normaliseMessageId } from '../message-id.ts';
import type { ReturnedMail } from './returned-mail.ts';

/** One recipient of a notification. */
export interface NotifiedRecipient {
  readonly address: string;
  /** As in a delivery status (RFC 3464 2.3.3); empty when it does not say. */
  readonly action: string;
  readonly status: string;
  readonly diagnostic: string;
}

/** What Amazon SES tells of a message in JSON, sent on by SNS as an email. */
export interface SesNotification {
  readonly recipients: readonly NotifiedRecipient[];
  readonly original: ReturnedMail;
}

type Json = Readonly<Record<string, unknown>>;

/** Longest text looked at, characters; SNS sends 256 kB at most. */
const mostCharacters = 300_000;

const asObject = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

function parsed(text: string): Json {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return {};
  }
}

/** What SNS writes below a notification that it sends as it is. */
const FOOTER = /\r?\n\r?\n--\r?\n[\s\S]*$/;

/** Reads a bounce or delivery that Amazon SES reports in JSON; undefined for everything else. Lines that mail servers broke inside a string are joined. Pure; never throws. */
export function readSesNotification(message: Pick<MailMessage, 'headers' | 'text'>): SesNotification | undefined {
  const { headers, text } = message;
  if (!headers.has('x-amz-sns-message-id') || !text.trimStart().startsWith('{') || text.length > mostCharacters) {
    return undefined;
  }
  const outer = parsed(text.replace(FOOTER, '').replace(/\r?\n[ \t]?/g, ''));
  const notification = outer.notificationType === undefined ? parsed(asText(outer.Message)) : outer;
  const recipients = [...bouncedOf(asObject(notification.bounce)), ...deliveredOf(asObject(notification.delivery))];
  if (recipients.length === 0) return undefined;
  return { recipients, original: originalOf(asObject(notification.mail)) };
}

function bouncedOf(bounce: Json): readonly NotifiedRecipient[] {
  return asList(bounce.bouncedRecipients).map((entry) => {
    const { emailAddress, action, status, diagnosticCode } = asObject(entry);
    return {
      address: asText(emailAddress),
      action: asText(action),
      status: asText(status),
      diagnostic: asText(diagnosticCode).replace(/^smtp;\s*/i, ''),
    };
  });
}

function deliveredOf({ recipients, smtpResponse }: Json): readonly NotifiedRecipient[] {
  const common = { action: 'delivered', status: '', diagnostic: asText(smtpResponse) };
  return asList(recipients).map((address) => ({ ...common, address: asText(address) }));
}

/** SES gives messages an id of its own; the one that the sender gave stands among the headers, where they are told. */
function originalOf(mail: Json): ReturnedMail {
  const common = asObject(mail.commonHeaders);
  const field = (name: string): string =>
    asList(mail.headers)
      .map(asObject)
      .flatMap((header) => (asText(header.name).toLowerCase() === name ? [asText(header.value)] : []))[0] ?? '';
  return {
    messageId: normaliseMessageId(field('message-id') || asText(common.messageId)),
    inReplyTo: normaliseMessageId(field('in-reply-to')),
    references: [],
    subject: field('subject') || asText(common.subject),
    from: asText(mail.source),
    recipients: asList(mail.destination).map(asText),
  };
}
