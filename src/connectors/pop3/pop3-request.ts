import type { MailroomError } from '../../base/errors.ts';
import type { MailHandle } from '../../contracts/mail-retriever.ts';
import type { BodyLimits } from './pop3-body.ts';
import { goneError, tooLargeError } from './pop3-errors.ts';

/** What is asked for each of a list of handles. */
export interface Request {
  readonly command: 'TOP' | 'RETR';
  readonly line: (messageNumber: number) => string;
  /** `head`: the header block; `whole`: everything. */
  readonly wants: 'head' | 'whole';
  readonly limits: (handle: MailHandle) => BodyLimits;
}

/** A handle on its way: with the number to ask it by, or with the reason why it is not asked. */
export type Asked =
  | { readonly handle: MailHandle; readonly number: number }
  | { readonly handle: MailHandle; readonly error: MailroomError };

/** What to ask for each handle, in order: what is gone from the maildrop, or too large by its own account, is not asked at all. */
export function planRequests(
  handles: readonly MailHandle[],
  request: Request,
  numbers: ReadonlyMap<string, number>,
  where: string,
  maxMessageBytes: number,
): Asked[] {
  return handles.map((handle) => {
    const number = numbers.get(handle.serverId);
    if (number === undefined) return { handle, error: goneError(where, handle.serverId) };
    const stated = handle.sizeBytes ?? 0;
    if (request.wants === 'head' || stated <= maxMessageBytes) return { handle, number };
    return { handle, error: tooLargeError(where, handle.serverId, stated, maxMessageBytes) };
  });
}

/** Bytes an answer counts for in the window, by the server's own account; header blocks count nothing. */
export function weight(handle: MailHandle, request: Request): number {
  return request.wants === 'head' ? 0 : (handle.sizeBytes ?? 0);
}
