import type { Database } from '../store/database.ts';
import { deleteInSlices } from '../store/delete-in-slices.ts';

/**
 * Deletes decisions about mail made before `before`, and quarantined messages released or discarded before then; returns how many
 * (MO-08). What a mailbox has seen stays known, so that no message is judged again for it. Safe to run in several processes at once.
 */
export async function sweepDecisions(database: Pick<Database, 'sql'>, before: Date): Promise<number> {
  return (
    (await deleteInSlices(database, decisions, before)) + (await deleteInSlices(database, settledQuarantine, before))
  );
}

const decisions = `with old as (
    select mr_maildecisionid as id from mr_maildecision where createdon < $1 and modifiedon < $1
    order by createdon limit $2 for update skip locked)
  delete from mr_maildecision d using old where d.mr_maildecisionid = old.id returning 1`;

const settledQuarantine = `with old as (
    select mr_quarantineid as id from mr_quarantine where createdon < $1 and modifiedon < $1
      and mr_status in (100000003, 100000004)
    order by createdon limit $2 for update skip locked)
  delete from mr_quarantine q using old where q.mr_quarantineid = old.id returning 1`;
