import type { MailroomError } from '../base/errors.ts';
import { catalog, type TableName } from '../tables/catalog.ts';
import type { ColumnAccess, TableDefinition } from '../tables/table-definition.ts';
import { refusedValue, unknownColumn } from './refused-value.ts';

const writable: Readonly<Record<'create' | 'update', ReadonlySet<ColumnAccess>>> = {
  create: new Set<ColumnAccess>(['RW', 'CR', 'CU', 'C']),
  update: new Set<ColumnAccess>(['RW', 'RU', 'CU', 'U']),
};

/** The columns among `values` that callers may not write at a creation or an update, as `item` errors 80040203; the engine's own writes are not bound by it. */
export function checkAccess(
  table: TableName,
  values: Readonly<Record<string, unknown>>,
  action: 'create' | 'update',
): readonly MailroomError[] {
  const definition: TableDefinition = catalog[table];
  const errors: MailroomError[] = [];
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    const column = Object.hasOwn(definition.columns, name) ? definition.columns[name] : undefined;
    if (column === undefined || column.internal) errors.push(unknownColumn(table, name));
    else if (!writable[action].has(column.access ?? 'RW')) {
      const when = action === 'create' ? 'when a row is created' : 'once a row exists';
      errors.push(refusedValue('80040203', table, name, `cannot be set ${when}. Leave it out.`));
    }
  }
  return errors;
}
