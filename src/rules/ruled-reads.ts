import { MailroomError } from '../base/errors.ts';
import type { StoreScope } from '../store/database.ts';
import { limitFetch } from '../store/fetch/fetch.ts';
import { limitQuery, limitRelated } from '../store/limit-related.ts';
import type { Filter, Query, QueryPage, RecordStore } from '../store/record-store.ts';
import type { RecordOf, TableName } from '../tables/catalog.ts';
import { readLimit } from './access-rules.ts';
import { withBodies } from './attachment-body.ts';
import { relatedLimit } from './related-limit.ts';
import type { RuleCaller } from './table-rules.ts';
import { countVisibleChildren, dependsOnParent, visibleChildPage, visibleChildren } from './visible-children.ts';
import { readVisible } from './visible-row.ts';

type Reads = Pick<RecordStore, 'retrieve' | 'retrieveMultiple' | 'count' | 'changesSince'> & Pick<StoreScope, 'fetch'>;

/** The reading half of a ruled store: every row passes what the caller may see, and attachments come with their bytes (`body`, base64) when one is read whole or the column is asked for. Throws 80040220 where a table is closed to the caller. */
export function createRuledReads(scope: Pick<StoreScope, 'records' | 'blobs' | 'fetch'>, caller: RuleCaller): Reads {
  const { records } = scope;
  const page = async <N extends TableName>(query: Query<N>): Promise<QueryPage<N>> =>
    dependsOnParent(caller, query.table)
      ? visibleChildPage(records, caller, withRelatedLimits(caller, query))
      : records.retrieveMultiple(limited(caller, query));
  return {
    retrieve: async (table, id, columns) => {
      const row = await readVisible(records, caller, table, id, columns);
      if (row === undefined || (dependsOnParent(caller, table) && !(await isSeenAsChild(records, caller, table, id))))
        return undefined;
      return (await filled(scope, table, [row], columns === undefined || asksForBody(columns)))[0];
    },
    retrieveMultiple: async (query) => {
      const found = await page(query);
      return { ...found, rows: await filled(scope, query.table, found.rows, asksForBody(query.columns)) };
    },
    count: async (table, filter) =>
      dependsOnParent(caller, table)
        ? countVisibleChildren(records, caller, table, visibleRelated(caller, filter))
        : records.count(table, both(readLimit(caller, table), visibleRelated(caller, filter))),
    fetch: async (fetch) => {
      const limitOf = (table: TableName) => relatedLimit(caller, table);
      return scope.fetch(limitFetch(fetch, limitOf, (filter) => limitRelated(filter, limitOf)));
    },
    changesSince: async (table, cursor, limit) => {
      if (readLimit(caller, table) !== undefined || dependsOnParent(caller, table)) {
        throw new MailroomError(`Change tracking of ${table} is for administrators. Ask an administrator.`, {
          code: '80040220',
          kind: 'item',
        });
      }
      return records.changesSince(table, cursor, limit);
    },
  };
}

/** The query with what the caller may see added to its filter, related tables included. Throws 80040220 where a table is closed to the caller. */
export function limited<N extends TableName>(caller: RuleCaller, query: Query<N>): Query<N> {
  const related = withRelatedLimits(caller, query);
  const filter = both(readLimit(caller, query.table), related.filter);
  return filter === undefined ? related : { ...related, filter };
}

function withRelatedLimits<N extends TableName>(caller: RuleCaller, query: Query<N>): Query<N> {
  return limitQuery(query, (table) => relatedLimit(caller, table));
}

function visibleRelated(caller: RuleCaller, filter: Filter | undefined): Filter | undefined {
  return filter === undefined ? undefined : limitRelated(filter, (table) => relatedLimit(caller, table));
}

function both(first: Filter | undefined, second: Filter | undefined): Filter | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return { and: [first, second] };
}

async function isSeenAsChild<N extends TableName>(
  records: RecordStore,
  caller: RuleCaller,
  table: N,
  id: string,
): Promise<boolean> {
  const whole = await records.retrieve(table, id);
  return whole !== undefined && (await visibleChildren(records, caller, table, [whole])).length > 0;
}

const asksForBody = (columns: readonly string[] | undefined): boolean => columns?.includes('body') ?? false;

async function filled<N extends TableName>(
  scope: Pick<StoreScope, 'records' | 'blobs'>,
  table: N,
  rows: readonly RecordOf<N>[],
  isWanted: boolean,
): Promise<readonly RecordOf<N>[]> {
  if (table !== 'activitymimeattachment' || !isWanted) return rows;
  return (await withBodies(scope, rows as readonly RecordOf<'activitymimeattachment'>[])) as readonly RecordOf<N>[];
}
