import type { Connector } from '../../contracts/connector.ts';
import type { MailHandle, MailRetriever } from '../../contracts/mail-retriever.ts';
import type { IncomingTurn } from './incoming-turn.ts';

/**
 * Deletes on the server what was dealt with and committed, this turn or earlier, and ends the conversation (UD-03). A deletion that
 * the server does not confirm stays due. Throws MailroomError when the conversation does not end in good order.
 */
export async function acknowledge(
  turn: IncomingTurn,
  connector: Connector,
  retriever: MailRetriever,
  listed: readonly MailHandle[],
): Promise<void> {
  const { database, signal } = turn.context;
  const due = turn.deletesProcessed
    ? (
        await database.sightings.seen(
          turn.mailboxid,
          listed.map((handle) => handle.serverId),
        )
      ).deletionDue
    : new Set<string>();
  const toDelete = listed.filter((handle) => due.has(handle.serverId));
  if (toDelete.length > 0) await retriever.settle(toDelete, 'delete', signal);
  await connector.close();
  if (toDelete.length === 0) return;
  await database.sightings.settled(
    turn.mailboxid,
    toDelete.map((handle) => handle.serverId),
  );
}
