import { catalog, type TableName } from '../../tables/catalog.ts';
import type { ColumnDefinition } from '../../tables/table-definition.ts';

/** The label of a choice's number, as people know it; the number itself when it has none. */
export function choiceLabel(table: TableName, column: string, value: number | null | undefined): string {
  if (value === null || value === undefined) return '-';
  const columns: Readonly<Record<string, ColumnDefinition>> = catalog[table].columns;
  const definition = columns[column];
  if (definition === undefined || !('options' in definition)) return String(value);
  return definition.options.find(([number]) => number === value)?.[1] ?? String(value);
}
