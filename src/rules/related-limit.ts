import type { Filter } from '../store/record-store.ts';
import type { TableName } from '../tables/catalog.ts';
import { readLimit } from './access-rules.ts';
import type { RuleCaller } from './table-rules.ts';
import { parentColumn } from './visible-children.ts';

/** What limits the rows of a table that a caller's condition over a relationship may meet: the table's own limit, or that of the email a row belongs to. Throws 80040220 where the table is closed to the caller. */
export function relatedLimit(caller: RuleCaller, table: TableName): Filter | undefined {
  const column = parentColumn(caller, table);
  const limit = column === undefined ? undefined : readLimit(caller, 'email');
  if (column === undefined || limit === undefined) return readLimit(caller, table);
  const email = { table: 'email', from: 'activityid', to: column } as const;
  return { or: [{ not: { exists: email } }, { exists: { ...email, filter: limit } }] };
}
