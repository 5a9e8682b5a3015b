import type { IncomingMail } from './incoming-mail.ts';
import type { IncomingTurn } from './incoming-turn.ts';

/** Messages from this size on are stored before their group is committed, bytes. */
const largeBytes = 262_144;

/**
 * Stores the bytes of large messages while the group before theirs is being committed, and returns the messages with the keys. The
 * transaction is not made durable by itself: the commit of the group comes later in the same log and does it. Bytes of which nothing
 * comes in the end are swept as all those without a record. Mailboxes that leave mail aside store nothing before it is judged.
 */
export async function storeAhead(turn: IncomingTurn, mails: readonly IncomingMail[]): Promise<readonly IncomingMail[]> {
  if (turn.headsFirst || turn.isForward) return mails;
  const large = mails.filter(({ source }) => source.raw.length >= largeBytes);
  if (large.length === 0) return mails;
  // What fails here comes up again in the commit, which knows what to make of it.
  const keys = await turn.context.database
    .transaction(async (scope) => {
      await scope.sql("select set_config('synchronous_commit', 'off', true)");
      return scope.blobs.put(large.map(({ source }) => source.raw));
    })
    .catch(() => []);
  const keyOf = new Map(large.map((mail, index) => [mail, keys[index]]));
  return mails.map((mail) => ({ ...mail, source: { ...mail.source, rawKey: keyOf.get(mail) } }));
}
