import type { MailroomError } from '../../base/errors.ts';

/** Pauses that Exchange asked for, known to all workers (SC-13). */
export interface ServerPauses {
  /** Throws throttled `mr_ServerPaused` while `server` as a whole (the empty name) or one of `names` there is to be left alone. */
  check(server: string, names: readonly string[]): Promise<void>;
  /** Keeps a pause; one that fails to be kept costs no more than a request too many. */
  note(server: string, name: string, error: MailroomError): void;
}

/** Answers about the connections and subscriptions of the account that signs in. */
const accountCodes = new Set(['ErrorExceededConnectionCount', 'ErrorExceededSubscriptionCount']);

/**
 * Whom a refusal is about: HTTP 503 and 429 the whole server, limits of connections the account, a busy server the user whose budget
 * is charged, which is the mailbox acted for (Exchange 2013 and newer). Undefined when it asks for no pause.
 */
export function pausedName(error: MailroomError, account: string, user: string): string | undefined {
  if (error.kind !== 'throttled') return undefined;
  if (error.code === 'mr_EwsBusy') return '';
  if (accountCodes.has(error.code)) return account;
  return error.code === 'ErrorServerBusy' ? user : undefined;
}
