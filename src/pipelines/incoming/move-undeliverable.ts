import type { MailroomError } from '../../base/errors.ts';
import type { MailRetriever } from '../../contracts/mail-retriever.ts';
import { type IncomingTurn, withLease } from './incoming-turn.ts';
import { lastingRefusal, tellNotMoved } from './tell-not-moved.ts';

/** Messages moved in one turn, at most. */
const mostMoved = 200;

const undeliverable = { code: 'mr_UndeliverableNotMoved', what: 'that failed for good', folder: 'Undeliverable' };

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
    refusal = lastingRefusal(thrown);
  }
  await withLease(turn, async (scope) => {
    const ids = rows.map((row) => row.mr_quarantineid ?? '');
    const filter = { column: 'mr_quarantineid', operator: 'in', value: ids } as const;
    await scope.records.updateWhere('mr_quarantine', filter, { mr_movedue: false });
    if (refusal !== undefined) await tellNotMoved(turn, scope, refusal, undeliverable);
  });
}
