import { isUuid } from '../base/uuid.ts';
import type { TableName } from '../tables/catalog.ts';
import { readChangedIds } from './change-feed.ts';
import { createRow, createRows, prepareRows } from './create-rows.ts';
import { deleteRow } from './delete-row.ts';
import { createParameters } from './filter-scope.ts';
import { nearStatements, rareRows } from './near-sql.ts';
import { loadPartyLists } from './party-lists.ts';
import { countSql, mostRows, pageLimit, pageSql } from './query-sql.ts';
import { rarestWords, withIndexedWords, wordsOf } from './rarest-words.ts';
import type { RecordContext } from './record-context.ts';
import type { Query, RecordStore, RowChange } from './record-store.ts';
import { createSelectPlan, type LooseRow, type SelectPlan } from './row-codec.ts';
import { sourceSql } from './row-limit-sql.ts';
import { layoutOf, quoted, type TableLayout } from './table-layout.ts';
import { updateMany } from './update-many.ts';
import { missingRow, updateMatches, updateRow } from './update-rows.ts';
import { writableLayout } from './writable-layout.ts';

type LooseRecord = Record<string, unknown>;

/** The record store over PostgreSQL. Typed at its edge by the tables' definitions; inside, rows are loose pairs checked against metadata. */
export function createSqlRecordStore(context: RecordContext): RecordStore {
  const store = {
    async retrieve(table: TableName, id: string, columns?: readonly string[]) {
      if (!isUuid(id)) return undefined;
      const layout = layoutOf(table);
      return (await readByIds(context, layout, [id], createSelectPlan(layout, columns)))[0];
    },
    retrieveMultiple: (query: Query) => readPage(context, query),
    async count(table: TableName, filter?: Query['filter'], most?: number) {
      const statement = countSql(layoutOf(table), filter, most, context.limits);
      return Number((await context.executor.arrays(statement.text, statement.values))[0]?.[0] ?? 0);
    },
    create: (table: TableName, values: LooseRow) => createRow(context, table, values),
    createMany: (table: TableName, rows: readonly LooseRow[], options?: { onConflict?: 'skip' | 'throw' }) =>
      createRows(context, table, rows, options?.onConflict === 'skip'),
    prepareMany: (table: TableName, rows: readonly LooseRow[]) => prepareRows(context, table, rows),
    update: (table: TableName, id: string, values: LooseRow, options?: { ifMatch?: bigint }) =>
      updateRow(context, table, id, values, options?.ifMatch),
    updateMany: (table: TableName, rows: readonly RowChange<TableName>[]) =>
      updateMany({ sql: context.executor.rows }, table, rows, { now: context.clock.now(), userId: context.userId }),
    updateWhere: (table: TableName, filter: NonNullable<Query['filter']>, values: LooseRow) =>
      updateMatches(context, table, filter, values),
    delete: (table: TableName, id: string, options?: { ifMatch?: bigint }) =>
      context.executor.within(async (executor) => {
        const layout = writableLayout(table);
        const isGone = isUuid(id) && (await deleteRow(executor, table, id, options?.ifMatch, context.clock.now()));
        if (!isGone) throw await missingRow(executor, layout, id);
      }),
    changesSince: (table: TableName, cursor: string | null, limit: number) =>
      readChanges(context, table, cursor, limit),
    as: (systemuserid: string, behalfId?: string | null) =>
      createSqlRecordStore({ ...context, userId: systemuserid, behalfId }),
  };
  return store as unknown as RecordStore;
}

async function readByIds(
  context: RecordContext,
  layout: TableLayout,
  ids: readonly string[],
  plan: SelectPlan,
): Promise<LooseRecord[]> {
  const parameters = createParameters(context.limits);
  const source = sourceSql(layout, parameters);
  const wanted = ids.length === 1 ? `${parameters.add(ids[0])}::uuid` : `any(${parameters.add(ids)}::uuid[])`;
  const rows = await context.executor.arrays(
    `select ${plan.sql} from ${source} where ${quoted(layout.definition.primaryId)} = ${wanted}`,
    parameters.values,
  );
  const records = rows.map((row) => plan.decode(row));
  await loadPartyLists(context.executor, layout, plan.partyColumns, records);
  return records;
}

async function readPage(context: RecordContext, given: Query) {
  const layout = layoutOf(given.table);
  const plan = createSelectPlan(layout, given.columns);
  const { query, isForRareWords } = await bySearch(context, given);
  const found = await findNear(context, layout, query, isForRareWords);
  const statement = pageSql(layout, query, plan, context.limits, found);
  const rows = await context.executor.arrays(statement.text, statement.values);
  const kept = rows.slice(0, statement.limit);
  const records = kept.map((row) => plan.decode(row));
  await loadPartyLists(context.executor, layout, plan.partyColumns, records);
  const last = kept.at(-1);
  const next = rows.length > statement.limit && last !== undefined ? { next: statement.tokenAfter(last) } : {};
  if (!query.withCount) return { rows: records, ...next };
  const counting = countSql(layout, query.filter, mostRows, context.limits);
  const counted = await context.executor.arrays(counting.text, counting.values);
  return { rows: records, ...next, count: Number(counted[0]?.[0] ?? 0) };
}

/** A query with the rarest of its words named for the index: reading what the index says of frequent ones can take longer than all else. */
async function bySearch(context: RecordContext, query: Query): Promise<{ query: Query; isForRareWords: boolean }> {
  const terms = wordsOf(query.filter);
  const count = terms === undefined ? undefined : await context.words.of(query.table);
  const rare = terms === undefined || count === undefined ? undefined : rarestWords(terms, count);
  if (query.filter === undefined || rare === undefined || rare.rows > rareRows) return { query, isForRareWords: false };
  return { query: { ...query, filter: withIndexedWords(query.filter, rare.terms) }, isForRareWords: true };
}

/** Ids of the rows of a page, when they are found among the first rows in its order; see nearStatements. */
async function findNear(
  context: RecordContext,
  layout: TableLayout,
  query: Query,
  isForRareWords: boolean,
): Promise<readonly string[] | undefined> {
  const limit = pageLimit(query);
  for (const { text, values, reach } of nearStatements(layout, query, limit, context.limits, isForRareWords)) {
    const [row] = await context.executor.arrays(text, values);
    const ids = row?.[0] as readonly string[] | undefined;
    if (ids !== undefined && (ids.length > limit || Number(row?.[1]) < reach)) return ids;
  }
  return undefined;
}

async function readChanges(context: RecordContext, table: TableName, cursor: string | null, limit: number) {
  const layout = layoutOf(table);
  const changed = await readChangedIds(context.executor, layout, cursor, Math.max(1, Math.min(limit, mostRows)));
  const present = changed.entries.filter((entry) => !entry.isDeleted).map((entry) => entry.id);
  const records = present.length === 0 ? [] : await readByIds(context, layout, present, createSelectPlan(layout));
  const byId = new Map(records.map((record) => [record[layout.definition.primaryId] as string, record]));
  const changes = changed.entries.flatMap(({ id, isDeleted }) => {
    if (isDeleted) return [{ kind: 'delete', id }];
    const row = byId.get(id);
    return row === undefined ? [] : [{ kind: 'upsert', id, row }];
  });
  return { changes, cursor: changed.cursor, more: changed.more };
}
