import { createParameters, type Parameters, type RowSource } from './filter-scope.ts';
import { filterSql, scopedFilterSql } from './filter-sql.ts';
import { comparedColumn, joinSql } from './join-sql.ts';
import { keyLookupOf, lookupSql } from './key-lookup.ts';
import { readPagingToken, writePagingToken } from './paging-token.ts';
import { wordsOf } from './rarest-words.ts';
import type { Query, Related, SortOrder } from './record-store.ts';
import type { SelectPlan } from './row-codec.ts';
import type { RowLimits } from './row-limit.ts';
import { type RowWords, sourceSql } from './row-limit-sql.ts';
import { searchSql } from './search-sql.ts';
import { layoutOf, quoted, type TableLayout } from './table-layout.ts';

/** Most rows of a page, and the most that a count says (as Dataverse). */
export const mostRows = 5000;

/** Columns that the store itself fills in every row. */
const alwaysSet: ReadonlySet<string> = new Set(['createdon', 'modifiedon', 'versionnumber']);

/** A statement ready to run. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** A page's statement with what is needed to read its rows. */
export interface PageStatement extends Statement {
  /** Rows wanted; one more is fetched to see whether there are more, unless rows are locked. */
  readonly limit: number;
  /** The continuation after a row of the result. */
  tokenAfter(row: readonly unknown[]): string;
}

/** An expression to sort by. */
export interface SortKey {
  readonly expression: string;
  readonly sqlType: string;
  readonly descending: boolean;
  readonly nullable: boolean;
}

/** Rows of a page. */
export function pageLimit({ limit }: Pick<Query, 'limit'>): number {
  return Math.max(0, Math.min(Math.trunc(limit ?? mostRows), mostRows)) || 0;
}

/** The statement of one page, of rows found already (`found`: their ids, open to the reader) where given. Nulls sort first, last when descending; the primary id breaks ties in the direction of the last order. */
export function pageSql(
  layout: TableLayout,
  query: Omit<Query, 'table'>,
  plan: SelectPlan,
  limits?: RowLimits,
  found?: readonly string[],
): PageStatement {
  const parameters = createParameters(found === undefined ? limits : undefined);
  const limit = pageLimit(query);
  const lookup = found === undefined && limits === undefined ? keyLookupOf(layout, query, limit) : undefined;
  const source =
    lookup === undefined
      ? sourceSql(layout, parameters, undefined, rowWords(layout, query.filter, parameters))
      : lookupSql(layout, lookup, parameters);
  const keys = sortKeys(layout, query.orderBy ?? [], parameters);
  const conditions: string[] = [];
  if (found !== undefined)
    conditions.push(`${quoted(layout.definition.primaryId)} = any(${parameters.add(found)}::uuid[])`);
  else {
    if (query.filter !== undefined && lookup === undefined)
      conditions.push(filterSql(layout, query.filter, parameters));
    if (query.after !== undefined)
      conditions.push(afterSql(keys, readPagingToken(query.after, keys.length), parameters));
  }
  const lock = query.lock === undefined ? '' : query.lock === 'wait' ? ' for update' : ' for update skip locked';
  const text = [
    `select ${[plan.sql, ...keys.map((key, index) => `(${key.expression})::text as mr_key${index}`)].join(', ')} from ${source}`,
    conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`,
    ` order by ${orderBySql(keys)}`,
    ` limit ${lock === '' ? limit + 1 : limit}${lock}`,
  ].join('');
  return {
    text,
    values: parameters.values,
    limit,
    tokenAfter: (row) => writePagingToken(row.slice(plan.width) as (string | null)[]),
  };
}

/** The statement that counts matches, at most `most` of them when given. */
export function countSql(layout: TableLayout, filter: Query['filter'], most?: number, limits?: RowLimits): Statement {
  const parameters = createParameters(limits);
  const source = sourceSql(layout, parameters, undefined, rowWords(layout, filter, parameters));
  const where = filter === undefined ? '' : ` where ${filterSql(layout, filter, parameters)}`;
  const from = `${source}${where}`;
  const text =
    most === undefined
      ? `select count(*) from ${from}`
      : `select count(*) from (select 1 from ${from} limit ${parameters.add(most)}::integer) found`;
  return { text, values: parameters.values };
}

/** The words that a filter asks every row for, as a condition on the row `mr_t`. */
function rowWords(layout: TableLayout, filter: Query['filter'], parameters: Parameters): RowWords | undefined {
  const words = wordsOf(filter);
  return words === undefined ? undefined : () => searchSql({ layout, qualifier: 'mr_t.', parameters, depth: 0 }, words);
}

/** What a query sorts by, the primary id last. */
export function sortKeys(layout: TableLayout, orderBy: readonly SortOrder[], parameters: Parameters): SortKey[] {
  const keys: SortKey[] = [];
  const seen = new Set<string>();
  const { primaryId } = layout.definition;
  for (const order of [...orderBy, { column: primaryId, descending: orderBy.at(-1)?.descending ?? false }]) {
    const own: RowSource = { layout, qualifier: `${quoted(layout.name)}.` };
    const { expression, sqlType } = sortedColumn(
      own,
      order.column,
      'via' in order ? (order.via ?? []) : [],
      parameters,
    );
    if (seen.has(expression)) continue;
    seen.add(expression);
    const isId = order.column === primaryId && !('via' in order);
    const nullable = !isId && ('via' in order || !alwaysSet.has(order.column));
    keys.push({ expression, sqlType, descending: order.descending ?? false, nullable });
    if (isId) break;
  }
  return keys;
}

/** A column of the row, or of the one that lookups lead to: a subquery, empty where they lead nowhere. */
function sortedColumn(
  source: RowSource,
  column: string,
  [step, ...rest]: readonly Related[],
  parameters: Parameters,
  depth = 0,
): Pick<SortKey, 'expression' | 'sqlType'> {
  if (step === undefined) return comparedColumn(source.layout, column, source.qualifier);
  const alias = `mr_s${depth}`;
  const next: RowSource = { layout: layoutOf(step.table), qualifier: `${alias}.` };
  const { expression, sqlType } = sortedColumn(next, column, rest, parameters, depth + 1);
  const join = joinSql({ ...next, column: step.from }, { ...source, column: step.to });
  const filter =
    step.filter === undefined ? '' : ` and ${scopedFilterSql({ ...next, parameters, depth: 0 }, step.filter)}`;
  return {
    expression: `(select ${expression} from ${sourceSql(next.layout, parameters, alias)} where ${join}${filter})`,
    sqlType,
  };
}

/** What follows `order by`: nulls first, last when descending. */
export function orderBySql(keys: readonly SortKey[]): string {
  return keys.map((key) => `${key.expression} ${key.descending ? 'desc nulls last' : 'asc nulls first'}`).join(', ');
}

/** Rows that sort after the given keys: for each key, those equal so far and beyond in it. */
export function afterSql(keys: readonly SortKey[], values: readonly (string | null)[], parameters: Parameters): string {
  const alternatives: string[] = [];
  const equals: string[] = [];
  keys.forEach((key, index) => {
    const value = values[index] ?? null;
    const placeholder = value === null ? '' : `${parameters.add(value)}::${key.sqlType}`;
    const beyond = beyondSql(key, placeholder);
    if (beyond !== undefined) alternatives.push([...equals, beyond].join(' and '));
    equals.push(value === null ? `${key.expression} is null` : `${key.expression} = ${placeholder}`);
  });
  if (alternatives.length === 0) return 'false';
  const bound = boundSql(keys[0], values[0] ?? null, parameters);
  return `(${[...bound, `(${alternatives.map((part) => `(${part})`).join(' or ')})`].join(' and ')})`;
}

/** Where the first key's rows after a value stand together in an index, that bound lets the reading begin there. */
function boundSql(key: SortKey | undefined, value: string | null, parameters: Parameters): readonly string[] {
  if (key === undefined || value === null || (key.descending && key.nullable)) return [];
  return [`${key.expression} ${key.descending ? '<=' : '>='} ${parameters.add(value)}::${key.sqlType}`];
}

function beyondSql(key: SortKey, placeholder: string): string | undefined {
  if (placeholder === '') return key.descending ? undefined : `${key.expression} is not null`;
  if (!key.descending) return `${key.expression} > ${placeholder}`;
  const smaller = `${key.expression} < ${placeholder}`;
  return key.nullable ? `(${smaller} or ${key.expression} is null)` : smaller;
}
