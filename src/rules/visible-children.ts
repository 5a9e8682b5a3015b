import type { Filter, Query, QueryPage, RecordStore } from '../store/record-store.ts';
import type { ColumnName, RecordOf, TableName } from '../tables/catalog.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import { readLimit } from './access-rules.ts';
import type { RuleCaller } from './table-rules.ts';

/** Tables whose rows are seen by whoever sees the activity they belong to, with the column that names it. */
const parentColumns: Readonly<Partial<Record<TableName, string>>> = {
  activityparty: 'activityid',
  activitymimeattachment: 'objectid',
};

/** The column that names the activity whose visibility decides, for a table and a caller where that is so. */
export function parentColumn(caller: RuleCaller, table: TableName): string | undefined {
  return caller.isAdministrator ? undefined : parentColumns[table];
}

/** True when rows of the table must pass `visibleChildren` before this caller may see them. */
export function dependsOnParent(caller: RuleCaller, table: TableName): boolean {
  return parentColumn(caller, table) !== undefined;
}

/** The rows among `rows` whose email the caller may see; those of other activities stay. Rows must carry the column that names the activity. */
export async function visibleChildren<N extends TableName>(
  reads: RecordStore,
  caller: RuleCaller,
  table: N,
  rows: readonly RecordOf<N>[],
): Promise<readonly RecordOf<N>[]> {
  const column = parentColumns[table] ?? '';
  const parentOf = (row: RecordOf<N>) => (row as Record<string, unknown>)[column] as EntityReference | null | undefined;
  const ids = [...new Set(rows.map(parentOf).flatMap((parent) => (parent?.table === 'email' ? [parent.id] : [])))];
  if (ids.length === 0) return rows;
  const limit = readLimit(caller, 'email');
  const among: Filter = { column: 'activityid', operator: 'in', value: ids };
  const page = await reads.retrieveMultiple({
    table: 'email',
    columns: ['activityid'],
    filter: limit === undefined ? among : { and: [among, limit] },
  });
  const seen = new Set(page.rows.map((row) => row.activityid));
  return rows.filter((row) => {
    const parent = parentOf(row);
    return parent?.table !== 'email' || seen.has(parent.id);
  });
}

/** A page of such a table as the caller may see it; it may be shorter than asked for while more follow. */
export async function visibleChildPage<N extends TableName>(
  reads: RecordStore,
  caller: RuleCaller,
  query: Query<N>,
): Promise<QueryPage<N>> {
  const column = parentColumns[query.table] as ColumnName<N>;
  const columns = query.columns === undefined ? {} : { columns: [...new Set([...query.columns, column])] };
  const { withCount, ...plain } = query;
  const page = await reads.retrieveMultiple({ ...plain, ...columns });
  const rows = await visibleChildren(reads, caller, query.table, page.rows);
  const isExtra = query.columns !== undefined && !query.columns.includes(column);
  return {
    rows: isExtra ? rows.map((row) => without(row, column)) : rows,
    ...(page.next === undefined ? {} : { next: page.next }),
    ...(withCount
      ? { count: Math.min(5000, await countVisibleChildren(reads, caller, query.table, query.filter)) }
      : {}),
  };
}

/** Number of such rows that the caller may see. */
export async function countVisibleChildren<N extends TableName>(
  reads: RecordStore,
  caller: RuleCaller,
  table: N,
  filter: Filter | undefined,
): Promise<number> {
  const columns = [parentColumns[table] as ColumnName<N>];
  let count = 0;
  for (let after: string | undefined, more = true; more; ) {
    const page = await reads.retrieveMultiple({
      table,
      columns,
      ...(filter === undefined ? {} : { filter }),
      ...(after === undefined ? {} : { after }),
    });
    count += (await visibleChildren(reads, caller, table, page.rows)).length;
    after = page.next;
    more = after !== undefined;
  }
  return count;
}

function without<N extends TableName>(row: RecordOf<N>, column: string): RecordOf<N> {
  const { [column]: _left, ...rest } = row as Record<string, unknown>;
  return rest as RecordOf<N>;
}
