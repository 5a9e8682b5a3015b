import { type ErrorKind, MailroomError } from '../../base/errors.ts';
import type { Pop3Reply } from './pop3-reply.ts';

/** The documented code of a failed POP3 command (Pop3UnexpectedException). */
export const pop3Unexpected = '8005E215';

/** The documented code of a mailbox that cannot be opened (OpenMailboxException): refused sign-in, maildrop in use. */
export const pop3OpenMailbox = '8005E216';

/** Our code for a conversation that the caller's signal ended. */
export const pop3Aborted = 'mr_Pop3Aborted';

/** A failure of the conversation itself: cut line, nonsense from the server; transient, so the turn is repeated. */
export function conversationError(where: string, what: string, cause?: unknown): MailroomError {
  return new MailroomError(`The POP3 conversation with ${where} failed: ${what}. It is tried again at the next turn.`, {
    code: pop3Unexpected,
    kind: 'transient',
    cause,
  });
}

/** The server did not answer within the command's budget (EC-08). */
export function timeoutError(where: string, doing: string, timeoutMs: number): MailroomError {
  return new MailroomError(
    `The POP3 server ${where} did not finish answering ${doing} within ${timeoutMs} ms. ` +
      'It is tried again at the next turn; if it goes on, look at the server and the network in between.',
    { code: 'mr_Pop3Timeout', kind: 'transient' },
  );
}

/** The caller's signal ended the conversation. */
export function abortedError(where: string, reason: unknown): MailroomError {
  return new MailroomError(`The POP3 conversation with ${where} was stopped from our side.`, {
    code: pop3Aborted,
    kind: 'transient',
    cause: reason,
  });
}

/** An error of kind `configuration`: nothing will change until somebody changes a setting. */
export function configurationError(code: string, message: string, serverReply?: string): MailroomError {
  return new MailroomError(message, { code, kind: 'configuration', serverReply });
}

/** What an `-ERR` means by its response code (RFC 2449 8, RFC 3206 4); undefined when it carries none we know. */
export function kindOfRefusal(reply: Pop3Reply): ErrorKind | undefined {
  switch (reply.code) {
    case 'IN-USE':
    case 'SYS/TEMP':
      return 'transient';
    case 'LOGIN-DELAY':
      return 'throttled';
    case 'SYS/PERM':
      return 'configuration';
    case 'AUTH':
      return 'credentials';
    default:
      return undefined;
  }
}

/** An `-ERR` to a command other than sign-in, with the server's words. */
export function refusalError(where: string, command: string, reply: Pop3Reply, otherwise: ErrorKind): MailroomError {
  return new MailroomError(`The POP3 server ${where} refused ${command}: ${reply.text || '(no reason given)'}`, {
    code: pop3Unexpected,
    kind: kindOfRefusal(reply) ?? otherwise,
    serverReply: reply.line,
  });
}

/** One message above the endpoint's limit; the others are not affected. */
export function tooLargeError(where: string, serverId: string, sizeBytes: number, maxBytes: number): MailroomError {
  return new MailroomError(
    `Message ${serverId} on ${where} is too large: ${sizeBytes} bytes or more, where ${maxBytes} are allowed. ` +
      'It stays on the server; raise the limit to have it taken in.',
    { code: '8005E237', kind: 'item' },
  );
}

/** A message that was listed once and is not in the maildrop now. */
export function goneError(where: string, serverId: string): MailroomError {
  return new MailroomError(`Message ${serverId} is no longer in the mailbox on ${where}.`, {
    code: pop3Unexpected,
    kind: 'notFound',
  });
}
