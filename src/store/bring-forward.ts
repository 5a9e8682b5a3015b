import type { StoreScope } from './database.ts';
import type { Work } from './mailbox-leases.ts';

/**
 * Makes the next turn of a mailbox due at `now` where that work is on the schedule; a turn in progress is followed by another one. Part of
 * the caller's transaction: whoever asks for something that a turn does need not wait for the clock, which seldom looks at a mailbox that
 * is listened to.
 */
export async function bringForward(
  scope: Pick<StoreScope, 'sql'>,
  mailboxid: string,
  work: Work,
  now: Date,
): Promise<void> {
  await scope.sql(
    `update mr_mailboxlease set dueon = case when worker is null then least(dueon, $3::timestamptz) else dueon end,
       wakeon = case when worker is null then wakeon else least(wakeon, $3::timestamptz) end
     where mailboxid = $1::uuid and work = $2 and dueon is not null`,
    [mailboxid, work, now],
  );
}
