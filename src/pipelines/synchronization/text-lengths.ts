import { actText } from '../../formats/act-text.ts';
import { catalog, type TableName } from '../../tables/catalog.ts';
import type { ColumnDefinition } from '../../tables/table-definition.ts';

/** The text as a column can hold it (AC-19); null for none. Throws on a column that holds no text. */
export function columnText(table: TableName, column: string, value: unknown): string | null {
  const columns: Readonly<Record<string, ColumnDefinition>> = catalog[table].columns;
  const definition = columns[column];
  if (definition === undefined || !('maxLength' in definition)) throw new Error(`${table}.${column} holds no text.`);
  return actText(typeof value === 'string' ? value : null, definition.maxLength);
}
