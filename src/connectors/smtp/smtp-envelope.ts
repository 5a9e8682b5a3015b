import { domainToASCII } from 'node:url';
import { MailroomError } from '../../base/errors.ts';
import type { Endpoint } from '../../contracts/connector.ts';
import type { OutgoingMail } from '../../contracts/mail-sender.ts';
import { placeOf } from './smtp-errors.ts';
import type { SmtpExtensions } from './smtp-extensions.ts';

/** What the server is told of one message, as command lines without CRLF. */
export interface PreparedEnvelope {
  readonly mail: string;
  /** One for each recipient, in their order. */
  readonly rcpt: readonly string[];
}

/** One message as one server is told of it. */
export interface PreparedMessage {
  readonly mail: OutgoingMail;
  /** Those of its recipients who get this copy, in the order of the envelope. */
  readonly recipients: readonly string[];
  readonly envelope: PreparedEnvelope;
}

/** MAIL, RCPT and DATA as one group (RFC 2920 3.1). */
export function envelopeLines({ mail, rcpt }: PreparedEnvelope): string {
  return `${mail}\r\n${rcpt.join('\r\n')}\r\nDATA\r\n`;
}

/** What cannot stand in an SMTP path: it would break out of the angle brackets or the line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const unsafe = /[\u0000-\u001f\u007f<>]|^\s*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
const ascii = /^[\u0000-\u007f]*$/;

/** True when `address` can be written in a MAIL or RCPT command. */
export function isSendable(address: string): boolean {
  return !unsafe.test(address) && !/^@|@$/.test(address) && !/\s/.test(address.replace(/"[^"]*"/g, ''));
}

/** `address` with an international domain in its ASCII form (RFC 5890), so that fewer messages need SMTPUTF8. */
export function asciiDomain(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = at < 0 ? '' : domainToASCII(address.slice(at + 1));
  return domain === '' || ascii.test(address.slice(at + 1)) ? address : `${address.slice(0, at + 1)}${domain}`;
}

/**
 * The envelope for a server with these extensions: SIZE, 8BITMIME, DSN and SMTPUTF8 only where offered.
 * Throws MailroomError of kind item: `8005E237` when the message is above the server's or the profile's limit (AT-10),
 * `mr_SmtpUtf8Needed` when an address needs SMTPUTF8 and the server has none, `80044192` when the sender is malformed.
 */
export function prepareEnvelope(
  mail: OutgoingMail,
  recipients: readonly string[],
  endpoint: Endpoint,
  extensions: SmtpExtensions,
): PreparedEnvelope {
  const { envelope, raw } = mail;
  if (envelope.from !== '' && !isSendable(envelope.from)) {
    throw new MailroomError(`The sender address ${JSON.stringify(envelope.from)} is not a mail address; correct it.`, {
      code: '80044192',
      kind: 'item',
    });
  }
  checkSize(raw.length, endpoint, extensions);
  const from = asciiDomain(envelope.from);
  const to = recipients.map(asciiDomain);
  const smtpUtf8 = envelope.needsSmtpUtf8 === true || ![from, ...to].every((address) => ascii.test(address));
  if (smtpUtf8 && !extensions.keywords.has('SMTPUTF8')) throw utf8Needed(endpoint, [from, ...to]);
  const offers = (keyword: string): boolean => extensions.keywords.has(keyword);
  const dsn = offers('DSN') ? envelope.dsn : undefined;
  const parameters = [
    offers('8BITMIME') && hasEightBit(raw) ? ' BODY=8BITMIME' : '',
    offers('SIZE') ? ` SIZE=${raw.length}` : '',
    dsn === undefined ? '' : ` RET=HDRS ENVID=${xtext(dsn.envelopeId).slice(0, 100)}`,
    smtpUtf8 ? ' SMTPUTF8' : '',
  ].join('');
  const notify = dsn === undefined ? '' : ` NOTIFY=${notifyOf(dsn.notify)}`;
  return { mail: `MAIL FROM:<${from}>${parameters}`, rcpt: to.map((address) => `RCPT TO:<${address}>${notify}`) };
}

function checkSize(sizeBytes: number, endpoint: Endpoint, extensions: SmtpExtensions): void {
  const ofServer = extensions.sizeLimitBytes > 0 ? extensions.sizeLimitBytes : Number.POSITIVE_INFINITY;
  const limit = Math.min(ofServer, endpoint.maxMessageBytes);
  if (sizeBytes <= limit) return;
  const whose = limit === ofServer ? `${placeOf(endpoint)} takes` : 'the profile allows';
  throw new MailroomError(
    `The message has ${sizeBytes} bytes, ${whose} ${limit}. Send it with smaller or fewer attachments.`,
    { code: '8005E237', kind: 'item' },
  );
}

function utf8Needed(endpoint: Endpoint, addresses: readonly string[]): MailroomError {
  const which = addresses.find((address) => !ascii.test(address));
  const what = which === undefined ? 'A header of the message' : `The address ${which}`;
  return new MailroomError(
    `${what} needs international mail (SMTPUTF8), which ${placeOf(endpoint)} does not offer. Use an ASCII address.`,
    { code: 'mr_SmtpUtf8Needed', kind: 'item' },
  );
}

/** NEVER stands alone (RFC 3461 4.1). */
function notifyOf(notify: NonNullable<OutgoingMail['envelope']['dsn']>['notify']): string {
  return notify.includes('NEVER') ? 'NEVER' : [...new Set(notify)].join(',');
}

/** RFC 3461 4: printable ASCII but plus and equals as it is, the rest as `+XX`. */
function xtext(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) =>
      byte > 32 && byte < 127 && byte !== 43 && byte !== 61
        ? String.fromCharCode(byte)
        : `+${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');
}

function hasEightBit(raw: Buffer): boolean {
  for (let at = 0; at < raw.length; at += 1) if ((raw[at] as number) > 127) return true;
  return false;
}
