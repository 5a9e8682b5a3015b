import type { Connector } from '../../contracts/connector.ts';
import type { MailRetriever } from '../../contracts/mail-retriever.ts';
import { type IncomingTurn, withLease } from './incoming-turn.ts';
import { moveUndeliverable } from './move-undeliverable.ts';
import { lastingRefusal, tellNotMoved } from './tell-not-moved.ts';

/** Deletions or moves asked of a server in one turn, at most. */
const mostSettled = 5000;

/**
 * Deletes on the server, or moves to another folder, what was dealt with and committed, this turn or earlier, moves away what failed for
 * good (UD-01), and ends the conversation (UD-03). What the server does not confirm stays due. Throws MailroomError when the
 * conversation does not end in good order.
 */
export async function acknowledge(turn: IncomingTurn, connector: Connector, retriever: MailRetriever): Promise<void> {
  const { database, signal } = turn.context;
  await moveUndeliverable(turn, retriever);
  const { afterwards, mailboxid } = turn;
  const due = afterwards === 'keep' ? [] : await database.sightings.deletionDue(mailboxid, mostSettled);
  const handles = due.map((serverId) => ({ serverId }));
  if (handles.length > 0) {
    const settling = retriever.settle(handles, afterwards, signal);
    await (typeof afterwards === 'string'
      ? settling
      : settling.catch((thrown) => giveUpMove(turn, afterwards, thrown)));
  }
  await connector.close();
  if (due.length > 0) await database.sightings.settled(mailboxid, due);
}

/** A move that the server cannot make is told and given up; the messages stay where they are. */
async function giveUpMove(turn: IncomingTurn, { moveTo }: { readonly moveTo: string }, thrown: unknown): Promise<void> {
  const refusal = lastingRefusal(thrown);
  await withLease(turn, (scope) =>
    tellNotMoved(turn, scope, refusal, {
      code: 'mr_ProcessedNotMoved',
      what: 'that were dealt with',
      folder: moveTo,
    }),
  );
}
