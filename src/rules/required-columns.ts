import { catalog, type RecordOf, type TableName } from '../tables/catalog.ts';
import type { ColumnDefinition } from '../tables/table-definition.ts';
import { refuse } from './refuse.ts';

/** Throws 80040203 naming the first column that a caller must give and did not (required level ApplicationRequired). */
export function checkRequired<N extends TableName>(table: N, values: RecordOf<N>): void {
  const given = values as Readonly<Record<string, unknown>>;
  for (const name of requiredOf(table)) {
    const value = given[name];
    if (value === undefined || value === null || value === '')
      refuse('80040203', `${table}.${name} is missing. Give it a value.`);
  }
}

const requiredColumns = new Map<TableName, readonly string[]>();

/** The columns of a table that a caller must give; tables do not change, and rows come by the hundred. */
function requiredOf(table: TableName): readonly string[] {
  const known = requiredColumns.get(table);
  if (known !== undefined) return known;
  const names = Object.entries<ColumnDefinition>(catalog[table].columns).flatMap(([name, column]) =>
    column.required === 'ApplicationRequired' && isCallersAffair(column) ? [name] : [],
  );
  requiredColumns.set(table, names);
  return names;
}

function isCallersAffair(column: ColumnDefinition): boolean {
  if (
    column.type === 'PartyList' ||
    column.type === 'Owner' ||
    column.type === 'EntityName' ||
    column.type === 'State' ||
    column.type === 'Status'
  )
    return false;
  if ('targets' in column && !column.targets.some((target) => Object.hasOwn(catalog, target))) return false;
  if ('default' in column && column.default !== undefined) return false;
  const access = column.access ?? 'RW';
  return access === 'RW' || access === 'CR' || access === 'C' || access === 'CU';
}
