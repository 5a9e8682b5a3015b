import { mostRows } from '../query-sql.ts';
import type { RowLimits } from '../row-limit.ts';
import type { SqlExecutor } from '../sql-executor.ts';
import type { Fetch, FetchPage } from './fetch.ts';
import { fetchCountSql, fetchSql } from './fetch-sql.ts';

/** Runs a fetch, over the rows within the limits when there are some. Throws item 80041103 or 80040203 for names and values that do not fit. */
export async function readFetch(executor: SqlExecutor, fetch: Fetch, limits?: RowLimits): Promise<FetchPage> {
  const statement = fetchSql(fetch, limits);
  const rows = await executor.arrays(statement.text, statement.values);
  const kept = rows.slice(0, statement.limit);
  const last = kept.at(-1);
  const hasMore = fetch.top === undefined && rows.length > statement.limit && last !== undefined;
  const page: FetchPage = {
    rows: kept.map((row) => statement.decode(row)),
    ...(hasMore ? { next: statement.tokenAfter(last) } : {}),
  };
  if (!fetch.withCount) return page;
  const counting = fetchCountSql(fetch, mostRows, limits);
  const counted = await executor.arrays(counting.text, counting.values);
  return { ...page, count: Number(counted[0]?.[0] ?? 0) };
}
