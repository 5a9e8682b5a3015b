import { catalog, type RecordOf, type TableName } from '../tables/catalog.ts';
import type { ColumnDefinition } from '../tables/table-definition.ts';
import { refuse } from './refuse.ts';

/** Throws 80040203 naming the first column that a caller must give and did not (required level ApplicationRequired). */
export function checkRequired<N extends TableName>(table: N, values: RecordOf<N>): void {
  const given = values as Readonly<Record<string, unknown>>;
  for (const [name, column] of Object.entries<ColumnDefinition>(catalog[table].columns)) {
    if (column.required !== 'ApplicationRequired' || !isCallersAffair(column)) continue;
    const value = given[name];
    if (value === undefined || value === null || value === '')
      refuse('80040203', `${table}.${name} is missing. Give it a value.`);
  }
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
