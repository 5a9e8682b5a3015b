import type { Fetch, FetchAttribute, FetchEntity, FetchLink } from '../../src/store/fetch/fetch.ts';
import { catalog } from '../../src/tables/catalog.ts';
import type { EntityReference } from '../../src/tables/table-definition.ts';
import { comparable, holds, type ModelRow, type ModelTables, meets } from './filter-model.ts';

/** One row of a join: the rows by alias, undefined where an outer join found none. */
type Tuple = ReadonlyMap<string, ModelRow | undefined>;

/** All rows of a fetch in their order, before paging; an evaluation in memory to hold answers against. */
export function evaluateFetch(fetch: Fetch, tables: ModelTables): readonly ModelRow[] {
  const root = fetch.entity;
  const tuples = tables(root.table)
    .flatMap((row) => joinLinks([new Map([[root.alias, row]])], root, tables))
    .filter((tuple) => matches(tuple.get(root.alias), root.filter, tables, tuple));
  const sorted = fetch.aggregate ? grouped(fetch, tuples) : plain(fetch, tuples);
  return fetch.top === undefined ? sorted : sorted.slice(0, fetch.top);
}

function joinLinks(tuples: readonly Tuple[], parent: FetchEntity, tables: ModelTables): readonly Tuple[] {
  return parent.links.reduce((found, link) => found.flatMap((tuple) => joinLink(tuple, parent, link, tables)), tuples);
}

function joinLink(tuple: Tuple, parent: FetchEntity, link: FetchLink, tables: ModelTables): readonly Tuple[] {
  const mine = tuple.get(parent.alias);
  const { primaryId } = catalog[link.table];
  const candidates = tables(link.table)
    .filter((row) => mine !== undefined && isJoined(mine, parent, row, link))
    .filter((row) => matches(row, link.filter, tables, tuple));
  const first = [...candidates].sort((a, b) => order(a[primaryId], b[primaryId])).slice(0, 1);
  const joined = (link.kind === 'first' ? first : candidates).flatMap((row) =>
    joinLinks([new Map([...tuple, [link.alias, row]])], link, tables),
  );
  if (joined.length > 0 || link.kind !== 'outer') return joined;
  const empty = new Map(tuple);
  const clear = (one: FetchEntity): void => {
    empty.set(one.alias, undefined);
    for (const inner of one.links) clear(inner);
  };
  clear(link);
  return [empty];
}

function isJoined(mine: ModelRow, parent: FetchEntity, row: ModelRow, link: FetchLink): boolean {
  return (
    meets(mine[link.to], row[link.from], link.table, link.from) &&
    meets(row[link.from], mine[link.to], parent.table, link.to)
  );
}

function matches(row: ModelRow | undefined, filter: FetchEntity['filter'], tables: ModelTables, tuple: Tuple): boolean {
  return filter === undefined || holds(row ?? {}, filter, tables, (alias) => tuple.get(alias)) === true;
}

interface Named {
  readonly entity: FetchEntity;
  readonly attribute: FetchAttribute;
  readonly key: string;
}

function attributesOf(entity: FetchEntity, isRoot = true): readonly Named[] {
  const own = entity.attributes.map((attribute) => ({
    entity,
    attribute,
    key: attribute.alias ?? (isRoot ? attribute.column : `${entity.alias}.${attribute.column}`),
  }));
  return [...own, ...entity.links.flatMap((link) => attributesOf(link, false))];
}

const columnOf = ({ entity, attribute }: Named, tuple: Tuple): unknown =>
  tuple.get(entity.alias)?.[attribute.column] ?? null;

function plain(fetch: Fetch, tuples: readonly Tuple[]): readonly ModelRow[] {
  const named = attributesOf(fetch.entity);
  const keysOf = (tuple: Tuple): readonly (readonly [unknown, boolean])[] =>
    ordersOf(fetch.entity).map(({ column, of, alias, descending, entity }) => {
      const output = alias === undefined ? undefined : named.find(({ key }) => key === alias);
      const value = output === undefined ? tuple.get(of ?? entity)?.[column ?? ''] : columnOf(output, tuple);
      return [value ?? null, descending];
    });
  const sorted = [...tuples].sort((a, b) => orderBy(keysOf(a), keysOf(b)));
  const { primaryId } = catalog[fetch.entity.table];
  const rows = sorted.map((tuple) => {
    const outputs = named.map((one): [string, unknown] => [one.key, columnOf(one, tuple)]);
    const id =
      fetch.distinct && named.length > 0 ? [] : [[primaryId, tuple.get(fetch.entity.alias)?.[primaryId]] as const];
    return Object.fromEntries([...id, ...outputs]);
  });
  return fetch.distinct ? [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()] : rows;
}

function ordersOf(entity: FetchEntity): readonly (FetchEntity['orders'][number] & { readonly entity: string })[] {
  return [...entity.orders.map((one) => ({ ...one, entity: entity.alias })), ...entity.links.flatMap(ordersOf)];
}

function grouped(fetch: Fetch, tuples: readonly Tuple[]): readonly ModelRow[] {
  const named = attributesOf(fetch.entity);
  const groupers = named.filter(({ attribute }) => attribute.groupBy);
  const keyOf = (tuple: Tuple) =>
    JSON.stringify(
      groupers.map((one) => groupValue(one, tuple)).map((value) => (value === null ? null : keyed(value))),
    );
  const groups = new Map<string, Tuple[]>(groupers.length === 0 ? [['[]', []]] : []);
  for (const tuple of tuples) groups.set(keyOf(tuple), [...(groups.get(keyOf(tuple)) ?? []), tuple]);
  const rows = [...groups.values()].map((members) =>
    Object.fromEntries(named.map((one): [string, unknown] => [one.key, drawn(one, members)])),
  );
  const orders = ordersOf(fetch.entity);
  const keysOf = (row: ModelRow) =>
    orders.map(({ alias = '', descending }) => [row[alias] ?? null, descending] as const);
  return rows.sort((a, b) => orderBy(keysOf(a), keysOf(b)));
}

const keyed = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'table' in value
    ? `${(value as EntityReference).table}:${(value as EntityReference).id}`
    : String(comparable(value));

function groupValue(one: Named, tuple: Tuple): unknown {
  const value = columnOf(one, tuple);
  return value instanceof Date ? datePart(value, one.attribute.dateGrouping ?? '') : value;
}

/** Parts of dates in UTC. */
function datePart(date: Date, part: string): number {
  const yearStart = Date.UTC(date.getUTCFullYear(), 0, 1);
  const dayOfYear = Math.floor((date.getTime() - yearStart) / 86_400_000);
  const quarter = Math.floor(date.getUTCMonth() / 3) + 1;
  switch (part) {
    case 'day':
      return date.getUTCDate();
    case 'week':
      return Math.floor((dayOfYear + new Date(yearStart).getUTCDay()) / 7) + 1;
    case 'month':
      return date.getUTCMonth() + 1;
    case 'quarter':
    case 'fiscal-period':
      return quarter;
    default:
      return date.getUTCFullYear();
  }
}

function drawn(one: Named, members: readonly Tuple[]): unknown {
  const { aggregate, distinct } = one.attribute;
  if (aggregate === undefined) {
    const values = members.map((tuple) => groupValue(one, tuple)).filter((value) => value !== null);
    return typeof values[0] === 'string' ? [...(values as string[])].sort(byCode)[0] : (values[0] ?? null);
  }
  if (aggregate === 'count') return members.length;
  const all = members.map((tuple) => columnOf(one, tuple)).filter((value) => value !== null);
  const values = distinct ? [...new Map(all.map((value) => [comparable(value), value])).values()] : all;
  if (aggregate === 'countcolumn') return values.length;
  if (values.length === 0) return null;
  const sum = (values as number[]).reduce((a, b) => Number(a) + Number(b), 0);
  if (aggregate === 'sum') return sum;
  if (aggregate === 'avg') return sum / values.length;
  const sorted = [...values].sort(order);
  return aggregate === 'min' ? sorted[0] : sorted.at(-1);
}

const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function order(a: unknown, b: unknown): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  const [left, right] = [comparable(a), comparable(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function orderBy(a: readonly (readonly [unknown, boolean])[], b: readonly (readonly [unknown, boolean])[]): number {
  for (const [index, [value, descending]] of a.entries()) {
    const found = order(value, b[index]?.[0] ?? null);
    if (found !== 0) return descending ? -found : found;
  }
  return 0;
}
