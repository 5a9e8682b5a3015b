import type { Database } from './database.ts';
import { deleteInSlices } from './delete-in-slices.ts';

/** Deletes what the audit holds of more days ago than `organization.auditretentionperiodv2` (-1 keeps all); returns how many. Safe to run in several processes at once. */
export async function sweepAudit(database: Pick<Database, 'sql'>, now: Date): Promise<number> {
  const [organization] = await database.sql<{ days: number }>(
    'select coalesce(auditretentionperiodv2, 365) as days from organization limit 1',
  );
  const days = organization?.days ?? -1;
  if (days < 0) return 0;
  return deleteInSlices(
    database,
    `with old as (select auditid from audit where createdon < $1 order by createdon limit $2 for update skip locked)
     delete from audit a using old where a.auditid = old.auditid returning 1`,
    new Date(now.getTime() - days * 86_400_000),
  );
}
