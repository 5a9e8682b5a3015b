import { MailroomError } from '../base/errors.ts';
import { isUuid } from '../base/uuid.ts';
import type { Filter, RecordStore } from '../store/record-store.ts';
import { type ColumnName, catalog, type RecordOf, type TableName } from '../tables/catalog.ts';
import { readLimit } from './access-rules.ts';
import type { RuleCaller, RuleContext } from './table-rules.ts';

/** The row when the caller may see it, else undefined. */
export async function readVisible<N extends TableName>(
  reads: RecordStore,
  caller: RuleCaller,
  table: N,
  id: string,
  columns?: readonly ColumnName<N>[],
): Promise<RecordOf<N> | undefined> {
  const limit = readLimit(caller, table);
  if (limit === undefined) return reads.retrieve(table, id, columns);
  return isUuid(id) ? firstMatch(reads, table, id, limit, false, columns) : undefined;
}

/** The whole row (secrets apart), locked until the transaction ends, so that what a rule sees is what it changes. Throws notFound 80040217 when the caller may not see it. */
export async function lockVisible<N extends TableName>(
  context: RuleContext,
  table: N,
  id: string,
): Promise<RecordOf<N>> {
  const limit = readLimit(context.caller, table);
  const row = isUuid(id) ? await firstMatch(context.records, table, id, limit, table !== 'activitypointer') : undefined;
  if (row !== undefined) return row;
  throw new MailroomError(`There is no ${table} with the id ${id}.`, { code: '80040217', kind: 'notFound' });
}

async function firstMatch<N extends TableName>(
  reads: RecordStore,
  table: N,
  id: string,
  limit: Filter | undefined,
  locks: boolean,
  columns?: readonly ColumnName<N>[],
): Promise<RecordOf<N> | undefined> {
  const isThis: Filter = { column: catalog[table].primaryId, operator: 'eq', value: id };
  const page = await reads.retrieveMultiple({
    table,
    filter: limit === undefined ? isThis : { and: [isThis, limit] },
    limit: 1,
    ...(columns ? { columns } : {}),
    ...(locks ? { lock: 'wait' } : {}),
  });
  return page.rows[0];
}
