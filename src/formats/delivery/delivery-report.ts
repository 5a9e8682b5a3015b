import type { MailMessage } from '../../contracts/mail-message.ts';
import { htmlToPlain } from '../html-to-plain.ts';
import { failedAddresses } from './failed-addresses.ts';
import { type FailureReason, failureReason, isHardFailure } from './failure-reason.ts';
import { partReport, type ReturnedMail, returnedMail } from './returned-mail.ts';
import { readSesNotification } from './ses-notification.ts';
import { readStatusFields, type StatusFields, type StatusRecipient } from './status-fields.ts';

/** What a report says of one recipient. */
export interface ReportedRecipient {
  /** As the report names it; empty when it names none. */
  readonly address: string;
  /** Every address that the report names for it. */
  readonly addresses: readonly string[];
  /** `failed` for good, `delayed` and still tried, or `delivered` (also relayed and expanded). */
  readonly action: 'failed' | 'delayed' | 'delivered';
  /** Enhanced status code (RFC 3463); empty when none. */
  readonly status: string;
  /** SMTP reply code; empty when none. */
  readonly reply: string;
  /** Undefined for a delivery. */
  readonly reason: FailureReason | undefined;
  /** True when the address leads nowhere: no later try and no other message gets there. */
  readonly isHard: boolean;
  /** The server's words on one line, at most 1,000 characters. */
  readonly words: string;
}

/** A delivery report: RFC 3464, or one in plain words as qmail, Exim, Exchange and others write them. */
export interface DeliveryReport {
  readonly recipients: readonly ReportedRecipient[];
  readonly original: ReturnedMail;
  /** ENVID of the original's transaction; empty when none. */
  readonly envelopeId: string;
}

type ReadMessage = Pick<MailMessage, 'attachments' | 'from' | 'headers' | 'html' | 'subject' | 'text' | 'to'>;

const REPORTER_NAME =
  /mail(?:er)?[- ._]?(?:deliver\w*|daemon|system|administrator)|post ?master|delivery (?:sub)?system|system administrator|deliver system|pmdf/i;
const REPORTER_ADDRESS =
  /^(?:mailer-daemon|post[-_]?master|mail[.-]?delivery\w*|mail\.delivery\.system|mdaemon|poostmaster|double-bounce|bounces?)(?:@|$)/i;
/** A line that begins as a server's answer does. */
const ANSWERED = /^\s*(?:<<<\s*)?[45]\d\d[ -]/m;
/** Types in which a report gives the message back. */
const RETURNED = /^(?:message\/(?:rfc822|global)(?:-headers)?|text\/rfc822-headers)$/;
const SUBJECT =
  /undeliver|un\s?deliverable|returned (?:e-?)?mail|return(?:ing|ed) (?:message )?to sender|failure notice|(?:mail|message|delivery|transmission)(?: \S+){0,3} (?:fail|error|delay|status|problem|not(?:ification| delivered)|could not)|delivery (?:fail|has failed|notification|status|report|warning)|deliver(?:y|ed) (?:has )?(?:been )?(?:delayed|failed)|could not (?:be )?(?:deliver|send)|not delivered|error sending your mail|non[- ]?delivery|mail system error|nicht zugestellt|unzustellbar|mail ?\u30a8\u30e9\u30fc|\u30e1\u30fc\u30eb\u30a8\u30e9\u30fc|\u914d\u4fe1\u3067\u304d\u307e\u305b\u3093|\u043d\u0435 \u0434\u043e\u0441\u0442\u0430\u0432\u043b\u0435\u043d|loop alert|^mail$|duplicated message-id|are not member/i;
const BODY =
  /could(?: not|n't) be delivered|was(?: not|n't) able to deliver|unable to deliver|(?:failed|delivery) (?:permanently|to (?:the|these) following)|address\(?e?s?\)? (?:had|failed)|did not reach|has not (?:yet )?been delivered|undeliverable|delivery (?:failed|failure)|not delivered|error (?:delivering|sending|occurred while)|error has occurred while attempting|delivery has failed|was aborted after|unknown user|invalid user|no such user|no valid recipients|user unknown|rcpt to:|requested action not taken|trouble delivering|delayed|transcript of session|invalid final delivery|rejected recipient|failure reasons|\u9001\u4fe1\u3067\u304d\u307e\u305b\u3093|mailbox is full|the group you tried to contact|user\(s\) account|recipients? (?:did not|was rejected)|not a member of this mailing list|duplicated message-id|server message/i;

/** Whether the header speaks of a report in plain words; the text must bear it out. */
function seemsReport(message: ReadMessage): boolean {
  if (message.headers.has('x-failed-recipients')) return true;
  const from = message.from[0];
  const isReporter = from === undefined || REPORTER_NAME.test(from.name) || REPORTER_ADDRESS.test(from.address);
  const returnPath = (message.headers.get('return-path')?.[0] ?? '').trim();
  const isNull = returnPath === '<>' || /^<?mailer-daemon/i.test(returnPath);
  const subject = SUBJECT.test(message.subject);
  if ((isReporter && (subject || isNull || ANSWERED.test(textOf(message)))) || (isNull && subject)) return true;
  return subject && message.attachments.some(({ contentType }) => RETURNED.test(contentType));
}

const replyIn = (text: string): string => /(?:^|[^\d.])([245][0-5]\d)(?:[\s:-]|$)/.exec(text)?.[1] ?? '';
const statusIn = (text: string): string => /(?:^|[^\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])/.exec(text)?.[1] ?? '';

function judged(
  address: string,
  addresses: readonly string[],
  action: ReportedRecipient['action'],
  status: string,
  text: string,
  context: string,
): ReportedRecipient {
  const words = text.replace(/\s+/g, ' ').trim().slice(0, 1000);
  const reply = replyIn(words);
  const inText = statusIn(words);
  const said = inText !== '' && (status === '' || status.endsWith('.0.0')) ? inText : status;
  const common = { address, addresses, action, status: said, reply, words };
  if (action === 'delivered') return { ...common, reason: undefined, isHard: false };
  const own = failureReason({ status: said, reply, text: words, session: context });
  const reason = own === 'unknown' ? failureReason({ status: said, reply, text: context }) : own;
  return { ...common, reason, isHard: action === 'failed' && isHardFailure(reason) };
}

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const ACTIONS: Readonly<Record<string, ReportedRecipient['action']>> = {
  delayed: 'delayed',
  delivered: 'delivered',
  relayed: 'delivered',
  expanded: 'delivered',
};

function fromStatus(recipient: StatusRecipient, context: string): ReportedRecipient {
  const { address, addresses, status, diagnostic } = recipient;
  const action = ACTIONS[recipient.action] ?? (status.startsWith('2') ? 'delivered' : 'failed');
  return judged(address, addresses, action, status, diagnostic, context);
}

/** The fields of all delivery-status parts, or of the text that holds such fields. */
function statusOf(message: ReadMessage, text: string): StatusFields | undefined {
  const parts = message.attachments.filter(({ contentType }) =>
    /^message\/(?:global-)?delivery-status$/.test(contentType),
  );
  const inText = /^(?:reporting-mta|final-recipient|original-recipient)[ \t]*:/im.exec(text)?.index;
  const sources = parts.map((part) => part.content);
  if (sources.length === 0 && inText !== undefined) sources.push(Buffer.from(text.slice(inText), 'utf8'));
  const read = sources.map(readStatusFields);
  const recipients = read.flatMap((one) => one.recipients);
  if (parts.length === 0 && recipients.length === 0) return undefined;
  const first = read[0];
  return {
    originalEnvelopeId: first?.originalEnvelopeId ?? '',
    recipients,
  };
}

/** The text of a report, also of one whose parts could not be told apart. */
function textOf(message: ReadMessage): string {
  const shown = message.text.trim() === '' ? htmlToPlain(message.html) : message.text;
  const unread = message.attachments.filter(({ contentType }) => contentType.startsWith('multipart/'));
  return [shown, ...unread.map(({ content }) => content.toString('utf8', 0, 65_536))].join('\n');
}

function inPlainWords(message: ReadMessage, report: string, original: ReturnedMail): ReportedRecipient[] {
  const own = [...message.from, ...message.to].map(({ address }) => address.toLowerCase());
  const others = new Set([...own, original.from.toLowerCase()]);
  const listed = (message.headers.get('x-failed-recipients') ?? []).flatMap((value) =>
    value.split(/[\s,]+/).filter((address) => address.includes('@')),
  );
  const named = failedAddresses(report, others);
  const isListed = (address: string): boolean => listed.some((one) => isSame(one, address));
  const chosen = listed.length === 0 ? named : named.filter(({ address }) => isListed(address));
  const action = /delay|warning|not yet been|has not been delivered/i.test(message.subject) ? 'delayed' : 'failed';
  const context = `${message.subject} ${report}`;
  if (chosen.length > 0) {
    return chosen.map(({ address, text }) => judged(address, [address], action, '', text, context));
  }
  const addresses = listed.length > 0 ? listed : original.recipients.length === 1 ? original.recipients : [''];
  return addresses.map((address) =>
    judged(address, address === '' ? [] : [address], action, '', report, message.subject),
  );
}

/**
 * Reads a message as a delivery report; undefined when it is none. A report in plain words must look like one in its header and in its
 * text. Costs little for messages that are no reports. Pure; never throws.
 */
export function readDeliveryReport(message: ReadMessage): DeliveryReport | undefined {
  const notified = readSesNotification(message);
  if (notified !== undefined) {
    const recipients = notified.recipients.map((one) => fromStatus({ ...one, addresses: [one.address] }, ''));
    return { recipients, original: notified.original, envelopeId: '' };
  }
  const hasStatus = message.attachments.some(({ contentType }) =>
    /^message\/(?:global-)?delivery-status$/.test(contentType),
  );
  const seems = seemsReport(message);
  if (!hasStatus && !seems) return undefined;
  const text = textOf(message);
  const { report, returned } = partReport(text);
  const original = returnedMail(message, returned);
  const status = statusOf(message, text);
  if (status !== undefined && status.recipients.length > 0) {
    const named = status.recipients.length === 1 ? [] : failedAddresses(report, new Set());
    const contextOf = (one: StatusRecipient): string =>
      named.find(({ address }) => one.addresses.some((other) => isSame(other, address)))?.text ?? report;
    const recipients = status.recipients.map((one) => fromStatus(one, contextOf(one)));
    return { recipients, original, envelopeId: status.originalEnvelopeId };
  }
  const isBorneOut = hasStatus || BODY.test(report) || message.headers.has('x-failed-recipients');
  if (!seems || !isBorneOut) return undefined;
  const recipients = inPlainWords(message, report, original);
  return { recipients, original, envelopeId: status?.originalEnvelopeId ?? '' };
}
