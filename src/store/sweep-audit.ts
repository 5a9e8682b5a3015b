import type { Database } from './database.ts';

/** Rows deleted in one statement, at most. */
const rowsAtOnce = 5000;

/** Deletes what the audit holds of more days ago than `organization.auditretentionperiodv2` (-1 keeps all); returns how many. Safe to run in several processes at once. */
export async function sweepAudit(database: Pick<Database, 'sql'>, now: Date): Promise<number> {
  const [organization] = await database.sql<{ days: number }>(
    'select coalesce(auditretentionperiodv2, 365) as days from organization limit 1',
  );
  const days = organization?.days ?? -1;
  if (days < 0) return 0;
  const before = new Date(now.getTime() - days * 86_400_000);
  let deleted = 0;
  for (;;) {
    const gone = await database.sql(
      `with old as (select auditid from audit where createdon < $1 order by createdon limit $2 for update skip locked)
       delete from audit a using old where a.auditid = old.auditid returning 1`,
      [before, rowsAtOnce],
    );
    deleted += gone.length;
    if (gone.length < rowsAtOnce) return deleted;
  }
}
