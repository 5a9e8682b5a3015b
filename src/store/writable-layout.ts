import type { TableName } from '../tables/catalog.ts';
import { refusedValue } from './refused-value.ts';
import { layoutOf, type TableLayout } from './table-layout.ts';

/** The layout of a table whose rows can be written; throws item 80040203 for the view over all activities. */
export function writableLayout(table: TableName): TableLayout {
  const layout = layoutOf(table);
  if (!layout.isView) return layout;
  const problem = 'belongs to a view over all activities. Write the activity in its own table.';
  throw refusedValue('80040203', table, layout.definition.primaryId, problem);
}
