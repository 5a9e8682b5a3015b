import type { Connector } from '../../contracts/connector.ts';
import type { MailRetriever } from '../../contracts/mail-retriever.ts';
import type { IncomingTurn } from './incoming-turn.ts';
import { moveUndeliverable } from './move-undeliverable.ts';

/** Deletions asked of a server in one turn, at most. */
const mostDeleted = 5000;

/**
 * Deletes on the server what was dealt with and committed, this turn or earlier, moves away what failed for good (UD-01), and ends the
 * conversation (UD-03). A deletion that the server does not confirm stays due. Throws MailroomError when the conversation does not
 * end in good order.
 */
export async function acknowledge(turn: IncomingTurn, connector: Connector, retriever: MailRetriever): Promise<void> {
  const { database, signal } = turn.context;
  await moveUndeliverable(turn, retriever);
  const due = turn.deletesProcessed ? await database.sightings.deletionDue(turn.mailboxid, mostDeleted) : [];
  const handles = due.map((serverId) => ({ serverId }));
  if (handles.length > 0) await retriever.settle(handles, 'delete', signal);
  await connector.close();
  if (due.length > 0) await database.sightings.settled(turn.mailboxid, due);
}
