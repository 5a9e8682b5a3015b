import { systemClock } from '../../src/base/clock.ts';
import type { Database } from '../../src/store/database.ts';

const leastPauseMs = 10;
const mostPauseMs = 250;
/** While nothing is seen to come. */
const idlePauseMs = 20;
const patienceMs = 600_000;

/**
 * Waits until `count` messages of the mailboxes are dealt with. They are counted in the small table that is written in the same
 * transactions as the emails, and the more seldom the more are missing, so that watching costs the database little. Throws with the reasons
 * given when it takes too long.
 */
export async function untilIngested(database: Database, mailboxids: readonly string[], count: number): Promise<void> {
  const begin = performance.now();
  let before: { readonly atMs: number; readonly seen: number } | undefined;
  for (;;) {
    const [row] = await database.sql<{ seen: number }>(
      'select count(*)::int as seen from mr_sighting where mailboxid = any($1::uuid[])',
      [mailboxids],
    );
    const seen = row?.seen ?? 0;
    if (seen >= count) return;
    const atMs = performance.now();
    if (atMs > begin + patienceMs) {
      throw new Error(`Only ${seen} of ${count} messages came in ${patienceMs / 1000} s. ${await reasons(database)}`);
    }
    const perMs = before === undefined ? 0 : (seen - before.seen) / (atMs - before.atMs);
    before = { atMs, seen };
    const pauseMs = perMs === 0 ? idlePauseMs : (count - seen) / perMs / 2;
    await systemClock.sleep(Math.min(Math.max(pauseMs, leastPauseMs), mostPauseMs));
  }
}

/** Throws unless every one of `count` messages became an email. */
export async function checkStored(database: Database, mailboxids: readonly string[], count: number): Promise<void> {
  const [row] = await database.sql<{ stored: number }>(
    'select count(*)::int as stored from email where receivingmailboxid = any($1::uuid[])',
    [mailboxids],
  );
  const stored = row?.stored ?? 0;
  if (stored !== count) throw new Error(`${stored} of ${count} messages became emails. ${await reasons(database)}`);
}

async function reasons(database: Database): Promise<string> {
  const decisions = await database.sql<{ reason: string; n: number }>(
    'select mr_reason as reason, count(*)::int as n from mr_maildecision group by mr_reason order by n desc limit 5',
  );
  const mailboxes = await database.sql<{ error: string }>(
    'select mr_incominglasterror as error from mailbox where mr_incominglasterror is not null',
  );
  return [...decisions.map(({ reason, n }) => `${n} x ${reason}`), ...mailboxes.map(({ error }) => error)].join('; ');
}
