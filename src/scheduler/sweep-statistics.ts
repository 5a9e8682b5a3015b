import { newUuid } from '../base/uuid.ts';
import type { Database } from '../store/database.ts';
import { deleteInSlices } from '../store/delete-in-slices.ts';

const zeros = '00000000-0000-4000-8000-000000000000';

/** Deletes the statistics of turns that ended before `before`; returns how many. Their ids are ordered by time, so no index of its own is needed. Safe to run in several processes at once. */
export async function sweepStatistics(database: Pick<Database, 'sql'>, before: Date): Promise<number> {
  return deleteInSlices(
    database,
    `with old as (
       select mailboxstatisticsid as id from mailboxstatistics where mailboxstatisticsid < $1::uuid
       order by mailboxstatisticsid limit $2 for update skip locked)
     delete from mailboxstatistics s using old where s.mailboxstatisticsid = old.id returning 1`,
    newUuid(before.getTime(), zeros),
  );
}
