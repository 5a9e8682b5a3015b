import { MailroomError } from '../base/errors.ts';
import { type ColumnName, catalog, type RecordOf, type TableName } from '../tables/catalog.ts';
import { tableAccess } from '../tables/table-access.ts';
import type { ColumnDefinition, EntityReference } from '../tables/table-definition.ts';
import { requireRows } from './access-rules.ts';
import { callerLimits } from './caller-limits.ts';
import { askedRight } from './row-limits.ts';
import type { RuleContext } from './table-rules.ts';

/** True when a change gives the row to another owner. */
export function isAssignment(before: object, given: object): boolean {
  const owner = ownerOf(given);
  return owner !== undefined && owner?.id !== ownerOf(before)?.id;
}

const ownerOf = (row: object): EntityReference | null | undefined =>
  (row as { readonly ownerid?: EntityReference | null }).ownerid;

/** The values that differ from what the row held. Only lookups are compared; everything else counts as changed. */
export function changedValues<N extends TableName>(before: RecordOf<N>, given: RecordOf<N>): RecordOf<N> {
  const held = before as Readonly<Record<string, unknown>>;
  const changed = Object.entries(given).filter(([name, value]) => {
    const [was, is] = [idOf(held[name]), idOf(value)];
    return is === undefined || was !== is;
  });
  return Object.fromEntries(changed) as RecordOf<N>;
}

const idOf = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && 'id' in value ? String(value.id).toLowerCase() : undefined;

/** Linking a row to another asks for the right Append on the row and Append To on the other; throws 80040220. Owners are the affair of creating and assigning; a part goes with what it belongs to. */
export function checkLinks<N extends TableName>(
  context: RuleContext,
  table: N,
  id: string,
  given: RecordOf<N>,
): Promise<void> {
  return checkLinksOfRows(context, table, [{ id, given }]);
}

/** The same for many rows. */
export async function checkLinksOfRows<N extends TableName>(
  context: RuleContext,
  table: N,
  rows: readonly { readonly id: string; readonly given: RecordOf<N> }[],
): Promise<void> {
  if (context.caller.isAdministrator || tableAccess(table).kind === 'part') return;
  const linking = rows.map(({ id, given }) => ({ id, links: linksOf(table, given) }));
  const appended = linking.filter(({ links }) => links.length > 0);
  if (appended.length === 0) return;
  await requireRows(
    context,
    'append',
    table,
    appended.map(({ id }) => id),
  );
  const byTable = new Map<TableName, Set<string>>();
  for (const { table: target, id: linked } of appended.flatMap(({ links }) => links)) {
    const name = target as TableName;
    byTable.set(name, (byTable.get(name) ?? new Set()).add(linked.toLowerCase()));
  }
  for (const [target, ids] of byTable) await requireAppendTo(context, target, [...ids]);
}

function linksOf<N extends TableName>(table: N, given: RecordOf<N>): readonly EntityReference[] {
  const columns: Readonly<Record<string, ColumnDefinition>> = catalog[table].columns;
  return Object.entries(given).flatMap(([name, value]) => {
    const type = columns[name]?.type;
    return (type === 'Lookup' || type === 'Customer') && value ? [value as EntityReference] : [];
  });
}

async function requireAppendTo(context: RuleContext, table: TableName, ids: readonly string[]): Promise<void> {
  const limits = callerLimits(context.caller, askedRight('appendTo', table));
  if (limits?.(table) === undefined) return;
  const primaryId = catalog[table].primaryId;
  const page = await context.scope.readsWithin(limits).retrieveMultiple({
    table,
    columns: [primaryId as ColumnName<typeof table>],
    filter: { column: primaryId, operator: 'in', value: ids },
  });
  const open = new Set(page.rows.map((row) => (row as Readonly<Record<string, unknown>>)[primaryId]));
  const closed = ids.find((id) => !open.has(id));
  if (closed === undefined) return;
  throw new MailroomError(
    `You may not link something to ${table} ${closed}. Choose another row, or ask its owner to share it with the right Append To.`,
    { code: '80040220', kind: 'item' },
  );
}
