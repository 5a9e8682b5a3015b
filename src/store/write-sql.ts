import type { Statement } from './query-sql.ts';
import { type ArraySource, RowArrays } from './row-arrays.ts';
import { type EncodedColumn, eachPhysical } from './row-codec.ts';
import { quoted, type TableLayout } from './table-layout.ts';

/** Rows as the source of an INSERT, which may have different columns; null is left to the database. */
export function rowsToInsert(layout: TableLayout, rows: Iterable<ReadonlyMap<string, unknown>>): ArraySource {
  const arrays = new RowArrays();
  const put = (name: string, sqlType: string, value: unknown): void => {
    if (value !== null) arrays.put(name, sqlType, value);
  };
  for (const values of rows) {
    eachPhysical(layout, values, put);
    arrays.endRow();
  }
  return arrays.finish();
}

/** One INSERT for rows of a table; where conflicts are skipped it returns the ids of the rows made. */
export function insertSql(
  layout: TableLayout,
  { columns, from, values }: ArraySource,
  skipConflicts: boolean,
): Statement {
  const sources = new Map(columns);
  for (const [name, found] of derivedColumns(layout, columns.get('ownerid'))) {
    const given = columns.get(name);
    sources.set(name, given === undefined ? found : `coalesce(${given}, ${found})`);
  }
  const targets = [...sources.keys()].map(quoted).join(', ');
  const id = quoted(layout.definition.primaryId);
  return {
    text: `insert into ${quoted(layout.name)} (${targets}) select ${[...sources.values()].join(', ')} from ${from}${skipConflicts ? ` on conflict do nothing returning ${id}` : ''}`,
    values,
  };
}

/** The assignments of an UPDATE; their parameters are added to `values`. Version and transaction are always among them. */
export function assignments(layout: TableLayout, columns: readonly EncodedColumn[], values: unknown[]): string {
  const parts = new Map<string, string>();
  for (const { name, sqlType, value } of columns) parts.set(name, `$${values.push(value)}::${sqlType}`);
  const owner = parts.get('ownerid');
  if (owner !== undefined && layout.columns.has('owningbusinessunit') && !parts.has('owningbusinessunit')) {
    parts.set('owningbusinessunit', businessUnitOf(owner));
  }
  parts.set('versionnumber', "nextval('mr_rowversion')");
  parts.set('mr_txid', 'pg_current_xact_id()');
  return [...parts].map(([name, value]) => `${quoted(name)} = ${value}`).join(', ');
}

/** Columns that a new row takes from other rows when they are not given, with where from. */
function derivedColumns(layout: TableLayout, owner: string | undefined): [string, string][] {
  const found: [string, string][] = [];
  if (owner !== undefined && layout.columns.has('owningbusinessunit'))
    found.push(['owningbusinessunit', businessUnitOf(owner)]);
  if (layout.name !== 'organization' && layout.columns.has('organizationid')) {
    found.push(['organizationid', '(select organizationid from organization limit 1)']);
  }
  return found;
}

function businessUnitOf(owner: string): string {
  return `coalesce((select businessunitid from systemuser where systemuserid = ${owner}), (select businessunitid from team where teamid = ${owner}))`;
}
