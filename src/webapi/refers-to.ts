import { findTable } from '../tables/catalog.ts';

/** True when a record of `table` is what a way to `target` leads to: the table itself, or any activity for activitypointer. */
export function refersTo(target: string, table: string): boolean {
  return target === table || (target === 'activitypointer' && findTable(table)?.primaryId === 'activityid');
}
