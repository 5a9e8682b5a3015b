import type { ColumnName, TableName } from '../tables/catalog.ts';
import type { StoreScope } from './database.ts';
import { withUpdateDefaults } from './defaults.ts';
import type { RowChange } from './record-store.ts';
import { refusedValue } from './refused-value.ts';
import { RowArrays } from './row-arrays.ts';
import { eachPhysical } from './row-codec.ts';
import { isSealed } from './sealed-columns.ts';
import { quoted, type TableLayout } from './table-layout.ts';
import { validateRecord } from './validate-record.ts';
import { writableLayout } from './writable-layout.ts';

/** The column of the source that names the row; no table has a column of that name. */
const idColumn = 'mr row';

/**
 * Changes many rows, each to values of its own, in one statement for each set of columns named; returns how many were there.
 * For the engine's batches: owners, secrets and party lists are bound to one row and refused. `stamp` is who writes and when; rows that
 * hold the value `unless` at that moment, written by another transaction meanwhile or not, stay as they are.
 */
export async function updateMany<N extends TableName>(
  scope: Pick<StoreScope, 'sql'>,
  table: N,
  rows: readonly RowChange<N>[],
  stamp: { readonly now: Date; readonly userId: string | undefined },
  unless?: { readonly column: ColumnName<N>; readonly value: number },
): Promise<number> {
  const layout = writableLayout(table);
  const groups = new Map<string, RowArrays>();
  for (const { id, values } of rows) {
    validateRecord(table, values);
    checkColumns(layout, values);
    const written = withUpdateDefaults(layout, values, stamp);
    const key = [...written.keys()].join(' ');
    const group = groups.get(key) ?? new RowArrays();
    groups.set(key, group);
    group.put(idColumn, 'uuid', id);
    eachPhysical(layout, written, (name, sqlType, value) => group.put(name, sqlType, value));
    group.endRow();
  }
  let changed = 0;
  for (const group of groups.values()) changed += await updateGroup(scope, layout, group, unless);
  return changed;
}

function checkColumns(layout: TableLayout, values: object): void {
  for (const name of Object.keys(values)) {
    const column = layout.columns.get(name);
    const isOneRows =
      name === layout.definition.primaryId ||
      name === 'ownerid' ||
      (column !== undefined && (isSealed(column) || column.storage.kind === 'parties'));
    if (isOneRows) throw refusedValue('80040203', layout.name, name, 'can be changed on one row at a time only.');
  }
}

async function updateGroup(
  scope: Pick<StoreScope, 'sql'>,
  layout: TableLayout,
  group: RowArrays,
  unless: { readonly column: string; readonly value: number } | undefined,
): Promise<number> {
  const { columns, from, values, release } = group.finish();
  const set = [
    ...[...columns].flatMap(([name, value]) => (name === idColumn ? [] : [`${quoted(name)} = ${value}`])),
    "versionnumber = nextval('mr_rowversion')",
    'mr_txid = pg_current_xact_id()',
  ].join(', ');
  const id = `t.${quoted(layout.definition.primaryId)} = r.${quoted(idColumn)}`;
  const kept = unless === undefined ? '' : ` and t.${quoted(unless.column)} is distinct from $${values.length + 1}`;
  const changed = await scope.sql(
    `update ${quoted(layout.name)} t set ${set} from ${from} where ${id}${kept} returning 1`,
    [...values, ...(unless === undefined ? [] : [unless.value])],
  );
  release();
  return changed.length;
}
