import type { EntityReference } from '../tables/table-definition.ts';
import { unknownColumn } from './refused-value.ts';
import { encodeValue } from './row-codec.ts';
import type { TableLayout } from './table-layout.ts';

/** Takes note of a physical column that a row has a value for. */
export type NoteColumn = (name: string, sqlType: string) => void;

/** How a column's values are written. */
interface ColumnWriter {
  readonly name: string;
  readonly sqlType: string;
  /** The name as JSON between the comma before and the colon. */
  readonly key: string;
  /** Of a lookup: the column that names the table. */
  readonly table: { readonly name: string; readonly key: string } | undefined;
  readonly isReference: boolean;
}

const writersOf = new WeakMap<TableLayout, ReadonlyMap<string, ColumnWriter | undefined>>();

/** A row's values as a JSON object by physical column, null left out. Throws 80041103 on a column the table does not have. */
export function jsonRow(layout: TableLayout, values: ReadonlyMap<string, unknown>, note: NoteColumn): string {
  const writers = writersOf.get(layout) ?? createWriters(layout);
  let row = '';
  // Not by its iterator, which makes a pair of each value.
  values.forEach((value, name) => {
    if (value === null || value === undefined) return;
    const writer = writers.get(name);
    if (writer === undefined) {
      if (layout.columns.has(name)) return;
      throw unknownColumn(layout.name, name);
    }
    const { key, sqlType, table, isReference } = writer;
    note(name, sqlType);
    if (!isReference) {
      row += key + jsonValue(sqlType, value);
      return;
    }
    const reference = value as EntityReference;
    row += key + JSON.stringify(reference.id);
    if (table === undefined) return;
    note(table.name, 'text');
    row += table.key + JSON.stringify(reference.table);
  });
  return `{${row.slice(1)}}`;
}

function jsonValue(sqlType: string, value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const encoded = encodeValue(sqlType, value);
  return value instanceof Date ? `"${String(encoded)}"` : JSON.stringify(encoded);
}

/** Writers by column; none for columns that are not stored. */
function createWriters(layout: TableLayout): ReadonlyMap<string, ColumnWriter | undefined> {
  const writers = new Map<string, ColumnWriter | undefined>();
  const keyOf = (name: string): string => `,${JSON.stringify(name)}:`;
  for (const [name, { storage }] of layout.columns) {
    const plain = { name, key: keyOf(name), table: undefined };
    if (storage.kind === 'plain') writers.set(name, { ...plain, sqlType: storage.sqlType, isReference: false });
    else if (storage.kind === 'reference') {
      const { tableColumn } = storage;
      const table = tableColumn === undefined ? undefined : { name: tableColumn, key: keyOf(tableColumn) };
      writers.set(name, { ...plain, sqlType: 'uuid', isReference: true, table });
    }
  }
  writersOf.set(layout, writers);
  return writers;
}
