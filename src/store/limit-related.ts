import type { TableName } from '../tables/catalog.ts';
import type { Filter } from './record-store.ts';

/** The filter with what may be seen of a table added to every `exists` over it, so that a caller cannot ask about rows that are not theirs. `limitOf` gives a table's limit, undefined for none; what it throws comes through. */
export function limitRelated(filter: Filter, limitOf: (table: TableName) => Filter | undefined): Filter {
  const inside = (part: Filter) => limitRelated(part, limitOf);
  if ('and' in filter) return { and: filter.and.map(inside) };
  if ('or' in filter) return { or: filter.or.map(inside) };
  if ('not' in filter) return { not: inside(filter.not) };
  if (!('exists' in filter)) return filter;
  const { exists } = filter;
  const limit = limitOf(exists.table);
  const asked = exists.filter === undefined ? undefined : inside(exists.filter);
  const parts = [limit, asked].filter((part) => part !== undefined);
  return { exists: { ...exists, ...(parts.length === 0 ? {} : { filter: { and: parts } }) } };
}
