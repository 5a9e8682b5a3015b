import { newUuid } from '../base/uuid.ts';
import type { TableName } from '../tables/catalog.ts';
import { withCreateDefaults } from './defaults.ts';
import { partValues, partyRows } from './party-lists.ts';
import type { RecordContext } from './record-context.ts';
import { refusedValue } from './refused-value.ts';
import type { ArraySource } from './row-arrays.ts';
import type { LooseRow } from './row-codec.ts';
import { sealSecrets } from './sealed-columns.ts';
import type { SqlExecutor } from './sql-executor.ts';
import type { TableLayout } from './table-layout.ts';
import { validateRecord, validateStatus } from './validate-record.ts';
import { writableLayout } from './writable-layout.ts';
import { insertSql, rowsToInsert } from './write-sql.ts';

/** Creates one row with its party lists; returns its id. */
export async function createRow(context: RecordContext, table: TableName, values: LooseRow): Promise<string> {
  const layout = writableLayout(table);
  validateRecord(table, values);
  const { own, lists } = partValues(layout, values);
  const [id] = idsFor(context, layout, [own]);
  const write = async (executor: SqlExecutor) => {
    const row = prepare(context, layout, own, id as string);
    const source = rowsToInsert(layout, [row]);
    await insert(executor, layout, source, false);
    source.release();
    await writeParties(context, executor, table, id as string, lists);
  };
  await (lists.size === 0 ? write(context.executor) : context.executor.within(write));
  return id as string;
}

/** Creates rows in one statement, their party lists in another; tells for each whether it was made. Rows that may be left out bring no parties. */
export async function createRows(
  context: RecordContext,
  table: TableName,
  rows: readonly LooseRow[],
  skipConflicts: boolean,
): Promise<readonly boolean[]> {
  if (rows.length === 0) return [];
  const known = preparedRows.get(rows);
  preparedRows.delete(rows);
  const isUsable = known?.table === table && known.userId === context.userId && known.behalfId === context.behalfId;
  const { ids, inserted, parties, hasLists } = isUsable ? known : encode(context, table, rows);
  if (skipConflicts && hasLists) {
    const lists = writableLayout(table).partyLists.join(', ');
    throw refusedValue('80040203', table, lists, 'are not taken where rows may be left out.');
  }
  const write = async (executor: SqlExecutor) => {
    const made = await insert(executor, writableLayout(table), inserted, skipConflicts);
    await createRows({ ...context, executor }, 'activityparty', parties, false);
    return made;
  };
  const made = await (parties.length === 0 ? write(context.executor) : context.executor.within(write));
  // Not before: a transaction that the database ends is run again, with the same rows.
  inserted.release();
  return ids.map((id) => !skipConflicts || made.has(id));
}

/** Checks and encodes rows for `createRows`, which is to be given the same array. */
export function prepareRows(context: RecordContext, table: TableName, rows: readonly LooseRow[]): void {
  if (rows.length > 0) preparedRows.set(rows, encode(context, table, rows));
}

/** Rows as they are sent. */
interface EncodedRows {
  readonly table: TableName;
  readonly userId: string | undefined;
  readonly behalfId: string | null | undefined;
  readonly ids: readonly string[];
  readonly inserted: ArraySource;
  /** Rows of `activityparty` out of the rows' party lists. */
  readonly parties: readonly LooseRow[];
  readonly hasLists: boolean;
}

/** What was encoded before it is written, by the array of its rows. */
const preparedRows = new WeakMap<readonly LooseRow[], EncodedRows>();

function encode(context: RecordContext, table: TableName, rows: readonly LooseRow[]): EncodedRows {
  const layout = writableLayout(table);
  const ids = idsFor(context, layout, rows);
  const parties: LooseRow[] = [];
  let hasLists = false;
  function* prepared(): Generator<ReadonlyMap<string, unknown>> {
    for (const [index, row] of rows.entries()) {
      validateRecord(table, row);
      const id = ids[index] as string;
      if (!layout.partyLists.some((party) => Object.hasOwn(row, party))) {
        yield prepare(context, layout, row, id);
        continue;
      }
      hasLists = true;
      const { own, lists } = partValues(layout, row);
      parties.push(...partyRows(table, id, lists));
      yield prepare(context, layout, own, id);
    }
  }
  const inserted = rowsToInsert(layout, prepared());
  return { table, userId: context.userId, behalfId: context.behalfId, ids, inserted, parties, hasLists };
}

/** Adds an activity's party rows. */
export async function writeParties(
  context: RecordContext,
  executor: SqlExecutor,
  table: TableName,
  id: string,
  lists: ReturnType<typeof partValues>['lists'],
): Promise<void> {
  const parties = partyRows(table, id, lists);
  if (parties.length > 0) await createRows({ ...context, executor }, 'activityparty', parties, false);
}

/** The given ids in lower case, and new ones that keep the rows' order. */
function idsFor(context: RecordContext, layout: TableLayout, rows: readonly LooseRow[]): string[] {
  const { primaryId } = layout.definition;
  const nowMs = context.clock.now().getTime();
  const fresh = rows.flatMap((row) => (typeof row[primaryId] === 'string' ? [] : [newUuid(nowMs)])).sort();
  let next = 0;
  return rows.map((row) => {
    const given = row[primaryId];
    return typeof given === 'string' ? given.toLowerCase() : (fresh[next++] as string);
  });
}

function prepare(context: RecordContext, layout: TableLayout, row: LooseRow, id: string): ReadonlyMap<string, unknown> {
  const stamp = { now: context.clock.now(), userId: context.userId, behalfId: context.behalfId };
  const values = withCreateDefaults(layout, row, stamp);
  values.set(layout.definition.primaryId, id);
  values.delete('versionnumber');
  validateStatus(layout.name, values.get('statecode'), values.get('statuscode'));
  return sealSecrets(layout, id, values, context.secretBox);
}

async function insert(
  executor: SqlExecutor,
  layout: TableLayout,
  inserted: ArraySource,
  skipConflicts: boolean,
): Promise<ReadonlySet<unknown>> {
  const statement = insertSql(layout, inserted, skipConflicts);
  const made = await executor.arrays(statement.text, statement.values);
  return new Set(made.map((row) => row[0]));
}
