import type { EntityReference } from '../tables/table-definition.ts';
import { unknownColumn } from './refused-value.ts';
import { type ColumnLayout, quoted, type TableLayout } from './table-layout.ts';

/** A value in the form that a text parameter carries. */
export type EncodedValue = string | number | boolean | readonly number[] | null;

/** One physical column of a row to be written. */
export interface EncodedColumn {
  readonly name: string;
  readonly sqlType: string;
  readonly value: EncodedValue;
}

/** Values of a row as loose pairs, the way the store works on them inside. */
export type LooseRow = Readonly<Record<string, unknown>>;

/** The physical columns of a row's values; computed columns and party lists yield none. Throws 80041103 on a column the table does not have. */
export function encodeRow(layout: TableLayout, values: ReadonlyMap<string, unknown>): EncodedColumn[] {
  const encoded: EncodedColumn[] = [];
  eachPhysical(layout, values, (name, sqlType, value) => {
    encoded.push({ name, sqlType, value: encodeValue(sqlType, value) });
  });
  return encoded;
}

/** Gives `put` the physical columns of a row's values, which may be null. Throws as `encodeRow`. */
export function eachPhysical(
  layout: TableLayout,
  values: ReadonlyMap<string, unknown>,
  put: (name: string, sqlType: string, value: unknown) => void,
): void {
  // Not by its iterator, which makes a pair of each value.
  values.forEach((value, name) => {
    if (value === undefined) return;
    const column = layout.columns.get(name);
    if (column === undefined) throw unknownColumn(layout.name, name);
    const { storage } = column;
    if (storage.kind === 'plain') {
      put(name, storage.sqlType, value);
    } else if (storage.kind === 'reference') {
      const reference = value as EntityReference | null;
      put(name, 'uuid', reference?.id ?? null);
      if (storage.tableColumn !== undefined) put(storage.tableColumn, 'text', reference?.table ?? null);
    }
  });
}

/** One value for a column of a SQL type. NUL and lone surrogates, which PostgreSQL cannot hold, become U+FFFD. */
export function encodeValue(sqlType: string, value: unknown): EncodedValue {
  if (value === null) return null;
  if (typeof value === 'string') return storableText(value);
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Date) {
    const iso = value.toISOString();
    return sqlType === 'date' ? iso.slice(0, 10) : sqlType === 'timestamp' ? iso.slice(0, -1) : iso;
  }
  if (value instanceof Uint8Array)
    return `\\x${Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex')}`;
  if (Array.isArray(value)) return value as readonly number[];
  return value as number | boolean;
}

interface WellFormedness {
  isWellFormed(): boolean;
}

/** NUL and lone surrogates, which PostgreSQL cannot hold, as U+FFFD. Looks first, since nearly every text is fine and long ones are costly to rewrite. */
export function storableText(text: string): string {
  const isFine = !text.includes('\0') && (text as unknown as WellFormedness).isWellFormed();
  return isFine ? text : text.replace(/\0|\p{Surrogate}/gu, '\ufffd');
}

/** A list of output columns and how to make a record of a row of them. */
export interface SelectPlan {
  readonly sql: string;
  /** Number of output columns. */
  readonly width: number;
  /** Party list columns that were asked for. */
  readonly partyColumns: readonly string[];
  decode(row: readonly unknown[]): Record<string, unknown>;
}

/** Stands for all columns that callers may read. */
const allReadable: readonly string[] = [];
/** Plans of frozen lists of columns, and of all, which are asked for again and again. */
const plansOfLists = new WeakMap<readonly string[], Map<TableLayout, SelectPlan>>();

/** The plan for the columns asked for (primary id added), or for all that callers may read; that of a frozen list, or of all, is kept. Throws 80041103 on an unknown column. */
export function createSelectPlan(layout: TableLayout, asked?: readonly string[]): SelectPlan {
  const columns = asked ?? allReadable;
  if (asked !== undefined && !Object.isFrozen(asked)) return buildSelectPlan(layout, asked);
  const plans = plansOfLists.get(columns) ?? new Map<TableLayout, SelectPlan>();
  const plan = plans.get(layout) ?? buildSelectPlan(layout, asked);
  plansOfLists.set(columns, plans.set(layout, plan));
  return plan;
}

function buildSelectPlan(layout: TableLayout, columns: readonly string[] | undefined): SelectPlan {
  const names =
    columns === undefined ? readableColumns(layout) : [...new Set([layout.definition.primaryId, ...columns])];
  const outputs: string[] = [];
  const steps: { name: string; at: number; tableAt: number; constant: string | undefined }[] = [];
  const partyColumns: string[] = [];
  for (const name of names) {
    const column = layout.columns.get(name);
    if (column === undefined) throw unknownColumn(layout.name, name);
    const { storage } = column;
    if (storage.kind === 'parties') {
      partyColumns.push(name);
    } else if (storage.kind === 'ownName') {
      steps.push({ name, at: -1, tableAt: -1, constant: layout.name });
    } else {
      const at = outputs.push(columnExpression(layout, column)) - 1;
      if (storage.kind !== 'reference') steps.push({ name, at, tableAt: -1, constant: undefined });
      else if (storage.tableColumn === undefined) steps.push({ name, at, tableAt: -1, constant: storage.onlyTable });
      else steps.push({ name, at, tableAt: outputs.push(quoted(storage.tableColumn)) - 1, constant: undefined });
    }
  }
  return {
    sql: outputs.join(', '),
    width: outputs.length,
    partyColumns,
    decode(row) {
      const record: Record<string, unknown> = {};
      for (const { name, at, tableAt, constant } of steps) {
        if (at < 0) record[name] = constant;
        else if (constant === undefined && tableAt < 0) record[name] = row[at];
        else record[name] = row[at] === null ? null : { table: constant ?? (row[tableAt] as string), id: row[at] };
      }
      return record;
    },
  };
}

/** SQL for the value of a column that is not a party list; lookups give their id. `qualifier` goes before column names, dot included. */
export function columnExpression(layout: TableLayout, column: ColumnLayout, qualifier = ''): string {
  const { storage } = column;
  if (storage.kind === 'ownName') return `'${layout.name}'::text`;
  if (storage.kind !== 'tableNameOf') return `${qualifier}${quoted(column.name)}`;
  const lookup = layout.columns.get(storage.lookup)?.storage;
  if (lookup?.kind !== 'reference') throw unknownColumn(layout.name, column.name);
  if (lookup.tableColumn !== undefined) return `${qualifier}${quoted(lookup.tableColumn)}`;
  return `case when ${qualifier}${quoted(storage.lookup)} is not null then '${lookup.onlyTable}' end`;
}

const hiddenAccess = new Set(['CU', 'C', 'U', '-']);

/** Columns that come when none are named. */
function readableColumns(layout: TableLayout): string[] {
  return [...layout.columns.values()].filter(isReadable).map((column) => column.name);
}

/** True for columns that callers may read: no secrets, nothing internal, no party lists. */
export function isReadable({ definition, storage }: ColumnLayout): boolean {
  return storage.kind !== 'parties' && !definition.internal && !hiddenAccess.has(definition.access ?? 'RW');
}
