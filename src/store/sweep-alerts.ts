import type { Database } from './database.ts';
import { deleteInSlices } from './delete-in-slices.ts';

/** Deletes alerts that were resolved more than `organization.tracelogmaximumageindays` (30; 0 keeps all) days ago; returns how many. Open ones stay (MO-10). Safe to run in several processes at once. */
export async function sweepAlerts(database: Pick<Database, 'sql'>, now: Date): Promise<number> {
  const [organization] = await database.sql<{ days: number }>(
    'select coalesce(tracelogmaximumageindays, 30) as days from organization limit 1',
  );
  const days = organization?.days ?? 0;
  if (days <= 0) return 0;
  return deleteInSlices(
    database,
    `with old as (select tracelogid from tracelog where mr_resolvedon < $1 limit $2 for update skip locked)
     delete from tracelog t using old where t.tracelogid = old.tracelogid returning 1`,
    new Date(now.getTime() - days * 86_400_000),
  );
}
