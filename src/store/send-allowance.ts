import type { StoreScope } from './database.ts';

const minuteMs = 60_000;

/** What a profile may still send in the running minute. */
export interface Allowance {
  /** Emails that may go now, at most those asked for. */
  readonly granted: number;
  /** When the next minute begins. */
  readonly renewedOn: Date;
}

/**
 * Takes up to `wanted` emails from what a profile may send in a minute, all its mailboxes and workers together. Table
 * `mr_sendallowance`. What is not used is given back with a negative number.
 */
export async function takeAllowance(
  scope: Pick<StoreScope, 'sql'>,
  profileid: string,
  mostPerMinute: number,
  wanted: number,
  now: Date,
): Promise<Allowance> {
  const minute = new Date(Math.floor(now.getTime() / minuteMs) * minuteMs);
  const renewedOn = new Date(minute.getTime() + minuteMs);
  await scope.sql(
    'insert into mr_sendallowance (profileid, minute, used) values ($1::uuid, $2, 0) on conflict (profileid) do nothing',
    [profileid, minute],
  );
  const rows = await scope.sql<{ granted: number }>(
    `with before as (
       select case when minute >= $2::timestamptz then used else 0 end as used
       from mr_sendallowance where profileid = $1::uuid for update)
     update mr_sendallowance a
     set minute = greatest(a.minute, $2::timestamptz), used = greatest(0, least(before.used + $3::integer, greatest($4::integer, before.used)))
     from before where a.profileid = $1::uuid
     returning a.used - before.used as granted`,
    [profileid, minute, wanted, mostPerMinute],
  );
  return { granted: Math.max(0, rows[0]?.granted ?? 0), renewedOn };
}
