import type { Statement } from './query-sql.ts';
import { type ColumnSink, type EncodedColumn, encodeInto } from './row-codec.ts';
import { quoted, type TableLayout } from './table-layout.ts';

/** One INSERT for many rows, which travel as one JSON parameter; rows may have different columns, and null is left to the database. */
export class RowsToInsert {
  readonly #layout: TableLayout;
  readonly #types = new Map<string, string>();
  #json = '';
  #row = '';

  constructor(layout: TableLayout) {
    this.#layout = layout;
  }

  /** Adds a row; written as text at once, which costs a third of an object that is turned into text later. */
  add(values: ReadonlyMap<string, unknown>): void {
    this.#row = '';
    encodeInto(this.#layout, values, this.#put);
    this.#json += `${this.#json === '' ? '' : ','}{${this.#row}}`;
  }

  readonly #put: ColumnSink = (name, sqlType, value) => {
    if (value === null) return;
    this.#types.set(name, sqlType);
    const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value);
    this.#row += `${this.#row === '' ? '' : ','}"${name}":${text}`;
  };

  /** The statement; it returns the ids of the rows made. */
  statement(skipConflicts: boolean): Statement {
    const types = this.#types;
    const sources = new Map([...types.keys()].map((name) => [name, `r.${quoted(name)}`]));
    for (const [name, found] of derivedColumns(this.#layout, types.has('ownerid') ? 'r."ownerid"' : undefined)) {
      sources.set(name, types.has(name) ? `coalesce(r.${quoted(name)}, ${found})` : found);
    }
    const targets = [...sources.keys()].map(quoted).join(', ');
    const record = [...types].map(([name, type]) => `${quoted(name)} ${type}`).join(', ');
    return {
      text: `insert into ${quoted(this.#layout.name)} (${targets}) select ${[...sources.values()].join(', ')} from json_to_recordset($1::json) as r(${record})${skipConflicts ? ' on conflict do nothing' : ''} returning ${quoted(this.#layout.definition.primaryId)}`,
      values: [`[${this.#json}]`],
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
