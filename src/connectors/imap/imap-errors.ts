import { type ErrorKind, MailroomError } from '../../base/errors.ts';
import { isCertificateError } from '../is-certificate-error.ts';

/** The documented code of any other failure of an IMAP server (ImapUnexpectedException). */
export const imapUnexpected = '8005E215';

/** What imapflow tells of a failure beside its message. */
interface ImapFailure {
  readonly code?: string;
  readonly authenticationFailed?: boolean;
  readonly serverResponseCode?: string;
  readonly responseText?: string;
  readonly response?: string;
  readonly throttleReset?: number;
}

const noSuchHost = new Set(['ENOTFOUND', 'EAI_NONAME', 'EAI_NODATA']);
const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EPIPE',
  'CONNECT_TIMEOUT',
  'GREETING_TIMEOUT',
  'UPGRADE_TIMEOUT',
  'ClosedAfterConnectText',
  'ClosedAfterConnectTLS',
]);

/** What a response code says of the cause (RFC 5530 3); undefined for one that says nothing of it. */
const kindByResponseCode: Readonly<Record<string, ErrorKind>> = {
  UNAVAILABLE: 'transient',
  INUSE: 'transient',
  LIMIT: 'throttled',
  SERVERBUG: 'transient',
  CONTACTADMIN: 'configuration',
  NOPERM: 'configuration',
  PRIVACYREQUIRED: 'configuration',
  AUTHENTICATIONFAILED: 'credentials',
  AUTHORIZATIONFAILED: 'credentials',
  EXPIRED: 'credentials',
};

/** Anything imapflow throws as an error of ours, secrets taken out (CN-13, CN-14, TE-03). */
export function imapError(thrown: unknown, where: string, doing: string, secrets: readonly string[]): MailroomError {
  if (thrown instanceof MailroomError) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const failure = error as ImapFailure;
  const words = withoutSecrets(failure.responseText ?? error.message, secrets);
  const serverReply = failure.responseText === undefined ? undefined : words;
  const make = (kind: ErrorKind, code: string, sentence: string): MailroomError =>
    new MailroomError(sentence, { kind, code, serverReply, retryAfterMs: failure.throttleReset, cause: undefined });
  const code = failure.code ?? '';
  if (noSuchHost.has(code))
    return make(
      'configuration',
      '8005E218',
      `No IMAP server was found under the name of ${where}; check the location.`,
    );
  if (isCertificateError(code))
    return make(
      'configuration',
      '8005E23A',
      `The certificate of the IMAP server ${where} is not valid: ${words}. Install a valid one, or enter the authority that signed it on the profile.`,
    );
  if (failure.authenticationFailed) return signInError(make, failure, where, words);
  if (code === 'STARTTLS_INJECTION')
    return make(
      'configuration',
      '8005E23A',
      `The IMAP server ${where} spoke before TLS was in place; the connection was dropped.`,
    );
  if (/STARTTLS/i.test(error.message))
    return make(
      'configuration',
      imapUnexpected,
      `The IMAP server ${where} does not offer STARTTLS, and no password is sent in plain text. Use TLS from the start (port 993), or switch STARTTLS on in the server.`,
    );
  if (unreachable.has(code))
    return make(
      'transient',
      '8005E227',
      `The IMAP server ${where} could not be reached: ${words}. Check host, port and firewall.`,
    );
  if (code === 'ETHROTTLE')
    return make('throttled', imapUnexpected, `The IMAP server ${where} asks for patience: ${words}`);
  const kind = kindByResponseCode[failure.serverResponseCode ?? ''] ?? 'transient';
  return make(kind, imapUnexpected, `The IMAP conversation with ${where} failed while ${doing}: ${words}`);
}

function signInError(
  make: (kind: ErrorKind, code: string, sentence: string) => MailroomError,
  failure: ImapFailure,
  where: string,
  words: string,
): MailroomError {
  const kind = kindByResponseCode[failure.serverResponseCode ?? ''] ?? 'credentials';
  const advice =
    kind === 'credentials'
      ? 'Check user name and password of the mailbox, and that IMAP is allowed for it.'
      : kind === 'configuration'
        ? 'The server says this will not pass by itself; ask its administrator.'
        : 'The server says this passes; it is tried again at the next turn.';
  return make(kind, '8005E216', `The IMAP server ${where} did not accept the sign-in: ${words}. ${advice}`);
}

/** One message above the endpoint's limit; the others are not affected. */
export function imapTooLarge(where: string, serverId: string, sizeBytes: number, maxBytes: number): MailroomError {
  return new MailroomError(
    `Message ${serverId} on ${where} is too large: ${sizeBytes} bytes, where ${maxBytes} are allowed. ` +
      'It stays on the server; raise the limit to have it taken in.',
    { code: '8005E237', kind: 'item' },
  );
}

/** A message that was listed once and is not in the mailbox now. */
export function imapGone(where: string, serverId: string): MailroomError {
  return new MailroomError(`Message ${serverId} is no longer in the mailbox on ${where}.`, {
    code: imapUnexpected,
    kind: 'notFound',
  });
}

/** A change that the server did not confirm: it, or the line, refused; imapflow tells by `false` alone. It may be asked for again. */
export function imapUnconfirmed(where: string, doing: string, kind: ErrorKind): MailroomError {
  return new MailroomError(`The IMAP server ${where} did not confirm ${doing}; it is taken as not done.`, {
    code: doing === 'deleting' ? '8005E233' : imapUnexpected,
    kind,
  });
}

/** The caller's signal ended the conversation. */
export function imapAborted(where: string, reason: unknown): MailroomError {
  return new MailroomError(`The IMAP conversation with ${where} was stopped from our side.`, {
    code: 'mr_ImapAborted',
    kind: 'transient',
    cause: reason,
  });
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((left, secret) => (secret === '' ? left : left.replaceAll(secret, '***')), text);
}
