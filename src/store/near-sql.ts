import { createParameters } from './filter-scope.ts';
import { filterSql } from './filter-sql.ts';
import { readPagingToken } from './paging-token.ts';
import { afterSql, orderBySql, type Statement, sortKeys } from './query-sql.ts';
import { withoutWords, wordsOf } from './rarest-words.ts';
import type { Query, SearchTerms } from './record-store.ts';
import type { RowLimit, RowLimits } from './row-limit.ts';
import { isUnion, rowTestSql, testedColumns } from './row-limit-sql.ts';
import { searchedColumns, searchSql } from './search-sql.ts';
import { quoted, type TableLayout } from './table-layout.ts';

/** Rows that are looked through, in the order asked for, before all rows that a reader may see are gathered: for a short way the database takes an index, for a long one it may think otherwise. */
const reaches = [500, 5_000, 50_000] as const;
/** Words that fewer rows hold are rare. */
export const rareRows = 5_000;
/** Up to so many rows, an index answers for each whether it is shared or names the reader; for more, all that are so are read at once. */
const mostProbed = 5_000;
/** Pages larger than this are gathered at once. */
const largestPage = 250;

/** A statement that looks for a page among the first rows in its order. */
export interface NearStatement extends Statement {
  /** Rows that it looks through at most. */
  readonly reach: number;
}

/**
 * The statements that look for a page among the first rows in its order, for a reader who sees a part of the table: each answers
 * which of them are open (`ids`) and, when they fill no page, how many rows it looked through (`seen`). A reader of many rows finds a page there at once, while
 * gathering all of theirs would take as long as they are many. Rare words are found by their index, all of their rows at once. Empty
 * where that cannot be: no limit, no order, an order over lookups.
 */
export function nearStatements(
  layout: TableLayout,
  query: Omit<Query, 'table'>,
  limit: number,
  limits: RowLimits | undefined,
  isForRareWords = false,
): readonly NearStatement[] {
  const orders = query.orderBy ?? [];
  const isFit = limit <= largestPage && orders.length > 0 && query.lock === undefined;
  const open = isFit ? limits?.(layout.name) : undefined;
  if (open === undefined || open.anyOf.length < 2 || orders.some((order) => order.via !== undefined)) return [];
  const words = wordsOf(query.filter);
  const tested = isForRareWords ? undefined : words;
  // Where sets of open rows and of the words' rows meet by their indexes, the longest way would take longer.
  const ways = tested !== undefined && isUnion(open.anyOf) ? reaches.slice(0, 2) : reaches;
  return (isForRareWords ? [rareRows] : ways).map((reach) => ({
    ...nearSql(layout, query, limit, open, reach, limits, tested),
    reach,
  }));
}

function nearSql(
  layout: TableLayout,
  query: Omit<Query, 'table'>,
  limit: number,
  open: RowLimit,
  reach: number,
  limits: RowLimits | undefined,
  words: SearchTerms | undefined,
): Statement {
  const parameters = createParameters(limits);
  const keys = sortKeys(layout, query.orderBy ?? [], parameters);
  const filter = query.filter === undefined || words === undefined ? query.filter : withoutWords(query.filter);
  const conditions = filter === undefined ? [] : [filterSql(layout, filter, parameters)];
  if (query.after !== undefined) conditions.push(afterSql(keys, readPagingToken(query.after, keys.length), parameters));
  const id = quoted(layout.definition.primaryId);
  const searched = words === undefined ? [] : searchedColumns(layout);
  const columns = [...new Set([layout.definition.primaryId, ...testedColumns(layout, open), ...searched])].map(quoted);
  const where = conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`;
  const first = (outputs: string) =>
    `(select ${outputs} from ${quoted(layout.name)}${where} order by ${orderBySql(keys)} limit ${reach}) mr_t`;
  const test = rowTestSql(layout, open, parameters, reach <= mostProbed ? 'by row' : 'as a set');
  // Reading the words of a row takes longer than seeing whether it is open.
  const isWanted =
    words === undefined
      ? test
      : `case when ${test} then ${searchSql({ layout, qualifier: 'mr_t.', parameters, depth: 0 }, words)} else false end`;
  const ids = `array(select mr_t.${id} from ${first(columns.join(', '))} where ${isWanted} limit ${limit + 1})`;
  // The looking ends with the page; how many rows there were matters to an incomplete one only. Materialized, or it is looked for at each mention.
  return {
    text: `with mr_f as materialized (select ${ids} as ids) select ids, case when cardinality(ids) <= ${limit} then (select count(*) from ${first('1')}) end as seen from mr_f`,
    values: parameters.values,
  };
}
