import type { TableName } from '../tables/catalog.ts';
import type { EntityReference, PartyInput } from '../tables/table-definition.ts';
import type { StoreScope } from './database.ts';
import { refusedValue } from './refused-value.ts';
import { layoutOf, quoted } from './table-layout.ts';
import { validateRecord } from './validate-record.ts';

/** Throws item 80040217 naming the first lookup or party among `values` that points at a row which does not exist; one statement. Values must have the right types; the rest is checked as in validateRecord. */
export function assertReferences(
  scope: Pick<StoreScope, 'sql'>,
  table: TableName,
  values: Readonly<Record<string, unknown>>,
): Promise<void> {
  return assertReferencesOfRows(scope, table, [values]);
}

/** The same for many rows, still one statement. */
export async function assertReferencesOfRows(
  scope: Pick<StoreScope, 'sql'>,
  table: TableName,
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  const wanted = new Map<string, { readonly column: string; readonly reference: EntityReference }>();
  for (const values of rows) {
    validateRecord(table, values);
    for (const { column, reference } of referencesOf(table, values))
      wanted.set(`${reference.table}:${reference.id}`, { column, reference });
  }
  if (wanted.size === 0) return;
  const byTable = new Map<TableName, string[]>();
  for (const { reference } of wanted.values()) {
    const name = reference.table as TableName;
    byTable.set(name, [...(byTable.get(name) ?? []), reference.id.toLowerCase()]);
  }
  const parameters: unknown[] = [];
  const parts = [...byTable].map(([name, ids]) => {
    const primaryId = quoted(layoutOf(name).definition.primaryId);
    return `select '${name}:' || ${primaryId}::text as key from ${quoted(name)} where ${primaryId} = any($${parameters.push(ids)}::uuid[])`;
  });
  const found = new Set(
    (await scope.sql<{ key: string }>(parts.join(' union all '), parameters)).map((row) => row.key),
  );
  for (const { column, reference } of wanted.values()) {
    if (!found.has(`${reference.table}:${reference.id.toLowerCase()}`)) {
      throw refusedValue(
        '80040217',
        table,
        column,
        `refers to ${reference.table} ${reference.id}, which does not exist. Choose an existing row.`,
      );
    }
  }
}

function* referencesOf(
  table: TableName,
  values: Readonly<Record<string, unknown>>,
): Generator<{ column: string; reference: EntityReference }> {
  for (const [column, value] of Object.entries(values)) {
    if (value === null || value === undefined) continue;
    const kind = layoutOf(table).columns.get(column)?.storage.kind;
    if (kind === 'reference') yield { column, reference: value as EntityReference };
    if (kind !== 'parties') continue;
    for (const party of value as readonly PartyInput[]) {
      if (party.partyid) yield { column, reference: party.partyid };
    }
  }
}
