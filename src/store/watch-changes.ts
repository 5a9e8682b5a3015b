import type { TableName } from '../tables/catalog.ts';
import { type ChangedIds, readChangedIds } from './change-feed.ts';
import type { StoreScope } from './database.ts';
import { layoutOf } from './table-layout.ts';

/** The change cursor of this moment: what is committed from now on comes after it. */
export async function currentChangeCursor(sql: StoreScope['sql']): Promise<string> {
  const [row] = await sql<{ horizon: string }>('select pg_snapshot_xmin(pg_current_snapshot())::text as horizon');
  return `${row?.horizon ?? '0'}:-1`;
}

/** Ids of a table's rows that changed after a cursor, without the rows. Throws conflict `mr_ChangeCursorUnknown`. */
export function changedIdsSince(
  sql: StoreScope['sql'],
  table: TableName,
  cursor: string,
  limit: number,
): Promise<ChangedIds> {
  return readChangedIds({ rows: sql as never }, layoutOf(table), cursor, limit);
}
