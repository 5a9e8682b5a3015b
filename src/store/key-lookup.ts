import { listArray } from './condition-sql.ts';
import type { Parameters } from './filter-scope.ts';
import { filterSql } from './filter-sql.ts';
import { comparedColumn } from './join-sql.ts';
import type { Condition, Filter, Query } from './record-store.ts';
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

/** The list of keys among the conditions that every row must meet, where all rows of many keys are wanted. */
export function keyLookupOf(
  layout: TableLayout,
  { filter, lock }: Omit<Query, 'table'>,
  limit: number,
): KeyLookup | undefined {
  if (filter === undefined || lock !== undefined || limit < allRows) return undefined;
  const parts = 'and' in filter ? filter.and : [filter];
  const keys = parts.find((part): part is Condition => isKeyList(layout, part));
  return keys && { keys, rest: parts.filter((part) => part !== keys) };
}

function isKeyList(layout: TableLayout, part: Filter): boolean {
  if (!('operator' in part) || part.operator !== 'in' || part.of !== undefined) return false;
  if (!Array.isArray(part.value) || part.value.length < fewestKeys || part.value.includes(null)) return false;
  const storage = layout.columns.get(part.column)?.storage;
  return storage?.kind === 'reference' || (storage?.kind === 'plain' && ['text', 'uuid'].includes(storage.sqlType));
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
  return `(select distinct unnest(${list}) as key) mr_k cross join lateral (select * from ${table} where ${column.expression} = mr_k.key${others} offset 0) ${table}`;
}
