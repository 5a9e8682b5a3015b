import { createParameters } from './filter-scope.ts';
import { filterSql } from './filter-sql.ts';
import { readPagingToken } from './paging-token.ts';
import { afterSql, orderBySql, type Statement, sortKeys } from './query-sql.ts';
import type { Filter, Query } from './record-store.ts';
import type { RowLimit, RowLimits } from './row-limit.ts';
import { rowTestSql, testedColumns } from './row-limit-sql.ts';
import { quoted, type TableLayout } from './table-layout.ts';

/** Rows that are looked through, in the order asked for, before all rows that a reader may see are gathered. */
const reaches = [500, 5_000, 50_000] as const;
/** The longest reach where words are asked for: each row costs the reading of its words. */
const longestForWords = 5_000;
/** Pages larger than this are gathered at once. */
const largestPage = 250;

/** A statement that looks for a page among the first rows in its order. */
export interface NearStatement extends Statement {
  /** Rows that it looks through at most. */
  readonly reach: number;
}

/**
 * The statements that look for a page among the first rows in its order, for a reader who sees a part of the table: each answers how
 * many rows it looked through (`seen`) and which of them are open (`ids`). A reader of many rows finds a page there at once, while
 * gathering all of theirs would take as long as they are many. Empty where that cannot be: no limit, no order, an order over lookups.
 */
export function nearStatements(
  layout: TableLayout,
  query: Omit<Query, 'table'>,
  limit: number,
  limits: RowLimits | undefined,
): readonly NearStatement[] {
  const orders = query.orderBy ?? [];
  const isFit = limit <= largestPage && orders.length > 0 && query.lock === undefined;
  const open = isFit ? limits?.(layout.name) : undefined;
  if (open === undefined || open.anyOf.length < 2 || orders.some((order) => order.via !== undefined)) return [];
  const isForWords = asksWords(query.filter);
  return reaches
    .filter((reach) => !isForWords || reach <= longestForWords)
    .map((reach) => ({ ...nearSql(layout, query, limit, open, reach, limits), reach }));
}

function asksWords(filter: Filter | undefined): boolean {
  if (filter === undefined) return false;
  return 'search' in filter || ('and' in filter && filter.and.some(asksWords));
}

function nearSql(
  layout: TableLayout,
  query: Omit<Query, 'table'>,
  limit: number,
  open: RowLimit,
  reach: number,
  limits: RowLimits | undefined,
): Statement {
  const parameters = createParameters(limits);
  const keys = sortKeys(layout, query.orderBy ?? [], parameters);
  const conditions = query.filter === undefined ? [] : [filterSql(layout, query.filter, parameters)];
  if (query.after !== undefined) conditions.push(afterSql(keys, readPagingToken(query.after, keys.length), parameters));
  const id = quoted(layout.definition.primaryId);
  const columns = [...new Set([layout.definition.primaryId, ...testedColumns(layout, open)])].map(quoted);
  const place = `row_number() over (order by ${orderBySql(keys)}) as mr_place`;
  const where = conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`;
  const first = `select ${[...columns, place].join(', ')} from ${quoted(layout.name)}${where} order by ${orderBySql(keys)} limit ${reach}`;
  const found = `select mr_t.${id} from mr_near mr_t where ${rowTestSql(layout, open, parameters)} order by mr_place limit ${limit + 1}`;
  return {
    text: `with mr_near as materialized (${first}) select (select count(*) from mr_near) as seen, array(${found}) as ids`,
    values: parameters.values,
  };
}
