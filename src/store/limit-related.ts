import type { TableName } from '../tables/catalog.ts';
import type { Filter, Query, Related, SortOrder } from './record-store.ts';

/** The filter with what may be seen of a table added to every `exists` over it, so that a caller cannot ask about rows that are not theirs. `limitOf` gives a table's limit, undefined for none; what it throws comes through. */
export function limitRelated(filter: Filter, limitOf: (table: TableName) => Filter | undefined): Filter {
  const inside = (part: Filter) => limitRelated(part, limitOf);
  if ('and' in filter) return { and: filter.and.map(inside) };
  if ('or' in filter) return { or: filter.or.map(inside) };
  if ('not' in filter) return { not: inside(filter.not) };
  if (!('exists' in filter)) return filter;
  return { exists: limitStep(filter.exists, limitOf) };
}

/** The query with the same done to the conditions of its filter and to the ways of its sort keys. */
export function limitQuery<Q extends Pick<Query, 'filter' | 'orderBy'>>(
  query: Q,
  limitOf: (table: TableName) => Filter | undefined,
): Q {
  const { filter, orderBy } = query;
  const limitedOrder = ({ via, ...order }: SortOrder): SortOrder =>
    via === undefined ? order : { ...order, via: via.map((step) => limitStep(step, limitOf)) };
  return {
    ...query,
    ...(filter === undefined ? {} : { filter: limitRelated(filter, limitOf) }),
    ...(orderBy === undefined ? {} : { orderBy: orderBy.map(limitedOrder) }),
  };
}

function limitStep(step: Related, limitOf: (table: TableName) => Filter | undefined): Related {
  const limit = limitOf(step.table);
  const asked = step.filter === undefined ? undefined : limitRelated(step.filter, limitOf);
  const parts = [limit, asked].filter((part) => part !== undefined);
  return { ...step, ...(parts.length === 0 ? {} : { filter: { and: parts } }) };
}
