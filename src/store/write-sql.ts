import type { Statement } from './query-sql.ts';
import { RowArrays } from './row-arrays.ts';
import { type EncodedColumn, eachPhysical } from './row-codec.ts';
import { quoted, type TableLayout } from './table-layout.ts';

/** One INSERT for many rows, which may have different columns; null is left to the database. */
export class RowsToInsert {
  readonly #layout: TableLayout;
  readonly #rows = new RowArrays();

  constructor(layout: TableLayout) {
    this.#layout = layout;
  }

  add(values: ReadonlyMap<string, unknown>): void {
    eachPhysical(this.#layout, values, this.#put);
    this.#rows.endRow();
  }

  readonly #put = (name: string, sqlType: string, value: unknown): void => {
    if (value !== null) this.#rows.put(name, sqlType, value);
  };

  /** The statement; where conflicts are skipped it returns the ids of the rows made. */
  statement(skipConflicts: boolean): Statement {
    const { columns, from, values } = this.#rows.source();
    const sources = new Map(columns);
    for (const [name, found] of derivedColumns(this.#layout, columns.get('ownerid'))) {
      const given = columns.get(name);
      sources.set(name, given === undefined ? found : `coalesce(${given}, ${found})`);
    }
    const targets = [...sources.keys()].map(quoted).join(', ');
    const id = quoted(this.#layout.definition.primaryId);
    return {
      text: `insert into ${quoted(this.#layout.name)} (${targets}) select ${[...sources.values()].join(', ')} from ${from}${skipConflicts ? ` on conflict do nothing returning ${id}` : ''}`,
      values,
    };
  }
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
