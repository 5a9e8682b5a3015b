import { listArray } from './condition-sql.ts';
import type { Parameters } from './filter-scope.ts';
import { filterSql } from './filter-sql.ts';
import { comparedColumn } from './join-sql.ts';
import type { Condition, Filter, Query } from './record-store.ts';
import { indexesOf } from './store-indexes.ts';
import { quoted, type TableLayout } from './table-layout.ts';

/** From so many keys on rows are looked up key by key. */
const fewestKeys = 9;
/** From this limit on all rows of the keys are wanted, not the first ones in an order. */
const allRows = 1000;

/** A list of keys, and the conditions beside it. */
export interface KeyLookup {
  readonly keys: Condition;
  readonly rest: readonly Filter[];
}

/** The list of keys among the conditions that every row must meet, where all rows of many keys are wanted and an index finds those of one. */
export function keyLookupOf(
  layout: TableLayout,
  { filter, lock }: Omit<Query, 'table'>,
  limit: number,
): KeyLookup | undefined {
  if (filter === undefined || lock !== undefined || limit < allRows) return undefined;
  const parts = 'and' in filter ? filter.and : [filter];
  const conditions = parts.filter((part): part is Condition => 'operator' in part && part.of === undefined);
  const fixed = new Set(conditions.flatMap(({ column, operator }) => (operator === 'eq' ? [column] : [])));
  const keys = conditions.find((one) => isKeyList(one) && isIndexed(layout, one.column, fixed));
  return keys && { keys, rest: parts.filter((part) => part !== keys) };
}

function isKeyList({ operator, value }: Condition): boolean {
  return operator === 'in' && Array.isArray(value) && value.length >= fewestKeys && !value.includes(null);
}

/** Whether an index finds the rows of one key of a column, with those of which one value is asked. */
function isIndexed(layout: TableLayout, column: string, fixed: ReadonlySet<string>): boolean {
  if (column === layout.definition.primaryId) return true;
  const isAsked = (name: string): boolean => name === column || fixed.has(name);
  const isMet = (condition: string): boolean => isAsked(/^(\w+) is not null$/.exec(condition)?.[1] ?? '');
  return indexesOf(layout).some(({ columns, where }) => {
    const leading = columns.slice(0, columns.indexOf(column) + 1);
    return leading.length > 0 && leading.every(isAsked) && (where?.split(' and ').every(isMet) ?? true);
  });
}

/**
 * The rows under the name of their table, looked up key by key: `offset 0` keeps the database from doing it otherwise. Where it knows
 * nothing of the values yet, of a table or of a mailbox that grew since it counted, it would compare each row with each key.
 */
export function lookupSql(layout: TableLayout, { keys, rest }: KeyLookup, parameters: Parameters): string {
  const table = quoted(layout.name);
  const column = comparedColumn(layout, keys.column, `${table}.`);
  const list = listArray(layout, keys, column, parameters);
  const others = rest.map((filter) => ` and ${filterSql(layout, filter, parameters)}`).join('');
  return `(select distinct unnest(${list}) as mr_key) mr_k cross join lateral (select * from ${table} where ${column.expression} = mr_k.mr_key${others} offset 0) ${table}`;
}
