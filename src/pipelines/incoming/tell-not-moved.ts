import { MailroomError } from '../../base/errors.ts';
import { writeAlert } from '../trace.ts';
import type { IncomingTurn } from './incoming-turn.ts';

/** Errors after which a move is not asked for again: the server has no such folder, or not the message. */
const lastingKinds = new Set(['item', 'notFound', 'configuration', 'conflict']);

/** What a move was refused with, when it is of no use to ask again; else throws it on. */
export function lastingRefusal(thrown: unknown): MailroomError {
  if (!(thrown instanceof MailroomError) || !lastingKinds.has(thrown.kind)) throw thrown;
  return thrown;
}

/** Tells the owner that messages stay in the inbox. Call it in a transaction. */
export async function tellNotMoved(
  { context, mailboxid }: IncomingTurn,
  scope: Parameters<typeof writeAlert>[0],
  refusal: MailroomError,
  about: { readonly code: string; readonly what: string; readonly folder: string },
): Promise<void> {
  await writeAlert(scope, context.settings, context.clock.now(), {
    level: 'warning',
    code: about.code,
    text: `Messages of mailbox "${context.mailbox.name ?? ''}" ${about.what} could not be moved to the folder ${about.folder} and stay in the Inbox: ${refusal.message}`,
    regarding: { table: 'mailbox', id: mailboxid },
    regardingOwner: context.mailbox.ownerid,
    details: refusal.serverReply,
  });
}
