import type { TableDefinition } from './table-definition.ts';

/** The columns of a table that clients may know of and the number of each (`ColumnNumber`, and in the audit's `attributemask`). */
export function columnNumbers(table: TableDefinition): ReadonlyMap<string, number> {
  const visible = Object.entries(table.columns)
    .filter(([, column]) => !column.internal && column.access !== '-')
    .map(([name]) => name)
    .sort();
  return new Map(visible.map((name, index) => [name, index + 1]));
}
