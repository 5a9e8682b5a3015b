import type { ColumnName, TableName } from '../tables/catalog.ts';
import type { StoreScope } from './database.ts';
import { withUpdateDefaults } from './defaults.ts';
import type { RowChange } from './record-store.ts';
import { refusedValue } from './refused-value.ts';
import { type EncodedColumn, encodeRow } from './row-codec.ts';
import { isSealed } from './sealed-columns.ts';
import { quoted, type TableLayout } from './table-layout.ts';
import { validateRecord } from './validate-record.ts';
import { writableLayout } from './writable-layout.ts';

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
  const groups = new Map<string, { readonly id: string; readonly columns: readonly EncodedColumn[] }[]>();
  for (const { id, values } of rows) {
    validateRecord(table, values);
    checkColumns(layout, values);
    const columns = encodeRow(layout, withUpdateDefaults(layout, values, stamp));
    const key = columns.map((column) => column.name).join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [{ id, columns }]);
    else group.push({ id, columns });
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
  group: readonly { readonly id: string; readonly columns: readonly EncodedColumn[] }[],
  unless: { readonly column: string; readonly value: number } | undefined,
): Promise<number> {
  const first = group[0]?.columns ?? [];
  const objects = group.map(({ id, columns }) => ({
    'mr row': id,
    ...Object.fromEntries(columns.map(({ name, value }) => [name, value])),
  }));
  const set = [
    ...first.map(({ name }) => `${quoted(name)} = r.${quoted(name)}`),
    "versionnumber = nextval('mr_rowversion')",
    'mr_txid = pg_current_xact_id()',
  ].join(', ');
  const record = ['"mr row" uuid', ...first.map(({ name, sqlType }) => `${quoted(name)} ${sqlType}`)].join(', ');
  const kept = unless === undefined ? '' : ` and t.${quoted(unless.column)} is distinct from $2`;
  const changed = await scope.sql(
    `update ${quoted(layout.name)} t set ${set} from json_to_recordset($1::json) as r(${record}) where t.${quoted(layout.definition.primaryId)} = r."mr row"${kept} returning 1`,
    [JSON.stringify(objects), ...(unless === undefined ? [] : [unless.value])],
  );
  return changed.length;
}
