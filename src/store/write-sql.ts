import { jsonRow, type NoteColumn } from './json-row.ts';
import type { Statement } from './query-sql.ts';
import type { EncodedColumn } from './row-codec.ts';
import { quoted, type TableLayout } from './table-layout.ts';

/** Room for rows to begin with, bytes. */
const firstRoom = 65_536;
/** Most bytes of a UTF-16 unit in UTF-8; what long rows take is counted. */
const mostBytesOfUnit = 3;
const longRow = 32_768;

/** One INSERT for many rows, which travel as one JSON parameter; rows may have different columns, and null is left to the database. */
export class RowsToInsert {
  readonly #layout: TableLayout;
  readonly #types = new Map<string, string>();
  #json = Buffer.allocUnsafe(firstRoom);
  #length = 0;

  constructor(layout: TableLayout) {
    this.#layout = layout;
  }

  /**
   * Adds a row; written as text at once, which costs a third of an object that is turned into text later, and as bytes: the pieces of
   * a text that grows are all kept until it is written out, and copied by the collector till then.
   */
  add(values: ReadonlyMap<string, unknown>): void {
    const row = `${this.#length === 0 ? '[' : ','}${jsonRow(this.#layout, values, this.#note)}`;
    this.#makeRoom((row.length < longRow ? row.length * mostBytesOfUnit : Buffer.byteLength(row)) + 1);
    this.#length += this.#json.write(row, this.#length);
  }

  #makeRoom(bytes: number): void {
    const wanted = this.#length + bytes;
    if (wanted <= this.#json.length) return;
    const grown = Buffer.allocUnsafe(Math.max(wanted, this.#json.length * 2));
    this.#json.copy(grown, 0, 0, this.#length);
    this.#json = grown;
  }

  readonly #note: NoteColumn = (name, sqlType) => {
    if (!this.#types.has(name)) this.#types.set(name, sqlType);
  };

  /** The statement; where conflicts are skipped it returns the ids of the rows made. */
  statement(skipConflicts: boolean): Statement {
    // In one order, so that rows with the same columns make the same statement.
    const types = new Map([...this.#types].sort(([one], [other]) => (one < other ? -1 : 1)));
    const sources = new Map([...types.keys()].map((name) => [name, `r.${quoted(name)}`]));
    for (const [name, found] of derivedColumns(this.#layout, types.has('ownerid') ? 'r."ownerid"' : undefined)) {
      sources.set(name, types.has(name) ? `coalesce(r.${quoted(name)}, ${found})` : found);
    }
    const targets = [...sources.keys()].map(quoted).join(', ');
    const record = [...types].map(([name, type]) => `${quoted(name)} ${type}`).join(', ');
    const id = quoted(this.#layout.definition.primaryId);
    const end = this.#length + this.#json.write(']', this.#length);
    return {
      text: `insert into ${quoted(this.#layout.name)} (${targets}) select ${[...sources.values()].join(', ')} from json_to_recordset($1::json) as r(${record})${skipConflicts ? ` on conflict do nothing returning ${id}` : ''}`,
      values: [this.#json.subarray(0, end)],
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
