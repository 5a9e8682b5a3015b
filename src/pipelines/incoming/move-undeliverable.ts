import { MailroomError } from '../../base/errors.ts';
import type { MailRetriever } from '../../contracts/mail-retriever.ts';
import { writeAlert } from '../trace.ts';
import { type IncomingTurn, withLease } from './incoming-turn.ts';

/** Messages moved in one turn, at most. */
const mostMoved = 200;

/** Errors after which a move is not asked for again: the server has no such folder, or not the message. */
const lastingKinds = new Set(['item', 'notFound', 'configuration', 'conflict']);

/**
 * Moves messages that finally failed to the folder `Undeliverable` of the server (UD-01, UD-02), where the profile wants it. Their bytes
 * are in the quarantine, so that they can be released from there. A move that the server cannot make is told once and given up.
 */
export async function moveUndeliverable(turn: IncomingTurn, retriever: MailRetriever): Promise<void> {
  const { database, signal, profile } = turn.context;
  if (profile.moveundeliveredemails !== true) return;
  const { rows } = await database.records.retrieveMultiple({
    table: 'mr_quarantine',
    columns: ['mr_quarantineid', 'mr_serverid'],
    filter: {
      and: [
        { column: 'mr_mailboxid', operator: 'eq', value: turn.mailboxid },
        { column: 'mr_movedue', operator: 'eq', value: true },
      ],
    },
    limit: mostMoved,
  });
  if (rows.length === 0) return;
  let refusal: MailroomError | undefined;
  try {
    await retriever.settle(
      rows.map((row) => ({ serverId: row.mr_serverid ?? '' })),
      'undeliverable',
      signal,
    );
  } catch (thrown) {
    if (!(thrown instanceof MailroomError) || !lastingKinds.has(thrown.kind)) throw thrown;
    refusal = thrown;
  }
  await withLease(turn, async (scope) => {
    const ids = rows.map((row) => row.mr_quarantineid ?? '');
    const filter = { column: 'mr_quarantineid', operator: 'in', value: ids } as const;
    await scope.records.updateWhere('mr_quarantine', filter, { mr_movedue: false });
    if (refusal !== undefined) await tellNotMoved(turn, scope, refusal);
  });
}

async function tellNotMoved(
  turn: IncomingTurn,
  scope: Parameters<typeof writeAlert>[0],
  refusal: MailroomError,
): Promise<void> {
  const { context, mailboxid } = turn;
  await writeAlert(scope, context.settings, context.clock.now(), {
    level: 'warning',
    code: 'mr_UndeliverableNotMoved',
    text: `Messages of mailbox "${context.mailbox.name ?? ''}" that failed for good could not be moved to the folder Undeliverable and stay in the Inbox: ${refusal.message}`,
    regarding: { table: 'mailbox', id: mailboxid },
    regardingOwner: context.mailbox.ownerid,
    details: refusal.serverReply,
  });
}
