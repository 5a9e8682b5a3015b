import type { Fetch, FetchAttribute, FetchLink, FetchOrder } from '../store/fetch/fetch.ts';
import type { Filter } from '../store/record-store.ts';
import { annotationNames } from './annotations.ts';
import type { ApiModel, ApiProperty, ApiTable } from './api-model.ts';
import type { ApiContext } from './api-request.ts';
import { bindFilter } from './bind-filter.ts';
import type { JsonObject } from './entity-json.ts';
import { fetchJson } from './fetch-json.ts';
import { findNavigation, findReadable, noNavigation } from './find-property.ts';
import { badValue, unknownName } from './http-error.ts';
import type { Apply, ApplyAggregate, ApplyMethod } from './odata-apply.ts';
import type { PropertyPath } from './odata-ast.ts';
import type { OrderItem, QueryOptions } from './query-options.ts';
import { relatedTable, relation } from './relation.ts';
import type { Row } from './rows.ts';

const aggregates: Readonly<Record<ApplyMethod, NonNullable<FetchAttribute['aggregate']>>> = {
  sum: 'sum',
  average: 'avg',
  min: 'min',
  max: 'max',
  countdistinct: 'countcolumn',
  count: 'count',
};
const numeric: ReadonlySet<string> = new Set(['Integer', 'BigInt', 'Decimal', 'Double', 'Money']);

/** A table of the fetch under construction, with the ways that lead on from it. */
interface Place {
  readonly table: ApiTable;
  readonly attributes: FetchAttribute[];
  readonly links: Map<string, Place & Pick<FetchLink, 'from' | 'to' | 'alias'>>;
}

/** `$apply` as a fetch over the table and those its paths lead to. Throws 400 for names and methods that do not fit. */
export async function applyFetch(
  context: ApiContext,
  table: ApiTable,
  apply: Apply,
  options: QueryOptions,
  linked: Filter | undefined,
): Promise<Fetch> {
  if (options.filter !== undefined || options.select !== undefined || options.expand.length > 0) {
    throw unknownName('Beside $apply stand $orderby, $top and $count only; filter inside it.');
  }
  const root: Place = { table, attributes: [], links: new Map() };
  for (const path of apply.groups) {
    const { place, property, name } = follow(context.model, root, path);
    place.attributes.push({ column: property.column, alias: name, groupBy: true });
  }
  for (const aggregate of apply.aggregates) addAggregate(context.model, root, aggregate);
  const filters: Filter[] = linked === undefined ? [] : [linked];
  for (const node of apply.filters) filters.push(await bindFilter(node, table, context));
  const names = [
    ...apply.groups.map((path) => nameOf(context.model, root, path)),
    ...apply.aggregates.map(({ alias }) => alias),
  ];
  return {
    entity: {
      table: table.name,
      alias: table.name,
      attributes: root.attributes,
      filter: { and: filters },
      orders: options.orderBy.map((item) => orderOf(item, names)),
      links: linksOf(root),
    },
    aggregate: true,
    distinct: false,
    withCount: options.count,
    timeZone: (await context.conditions()).timeZone,
  };
}

/** The rows of `$apply` as JSON; what came over a navigation property stands inside it. */
export async function applyJson(
  context: ApiContext,
  table: ApiTable,
  fetch: Fetch,
  rows: readonly Row[],
): Promise<readonly JsonObject[]> {
  const flat = await fetchJson(context, table, fetch, rows);
  return flat.map((entity) => {
    const nested: JsonObject = {};
    for (const [key, value] of Object.entries(entity)) {
      const [path = '', annotation] = key.split('@');
      if (annotation === annotationNames.attributeName) continue;
      const names = path.split('/');
      let target = nested;
      for (const name of names.slice(0, -1)) {
        target[name] ??= {};
        target = target[name] as JsonObject;
      }
      target[`${names.at(-1)}${annotation === undefined ? '' : `@${annotation}`}`] = value;
    }
    return nested;
  });
}

function addAggregate(model: ApiModel, root: Place, { path, method, alias }: ApplyAggregate): void {
  if (path.length === 0) {
    root.attributes.push({ column: root.table.definition.primaryId, alias, aggregate: 'count' });
    return;
  }
  const { place, property } = follow(model, root, path);
  const { type } = property.definition;
  const isNumber = numeric.has(type);
  const fits =
    method === 'countdistinct' || isNumber || ((method === 'min' || method === 'max') && type === 'DateTime');
  if (!fits || type === 'Image' || type === 'File') {
    throw badValue(`'${path.join('/')}' (${property.edmType}) cannot be aggregated with ${method}.`);
  }
  const distinct = method === 'countdistinct' ? { distinct: true } : {};
  place.attributes.push({ column: property.column, alias, aggregate: aggregates[method], ...distinct });
}

function follow(
  model: ApiModel,
  root: Place,
  path: PropertyPath,
): { readonly place: Place; readonly property: ApiProperty; readonly name: string } {
  let place = root;
  const names: string[] = [];
  for (const name of path.slice(0, -1)) {
    const navigation = findNavigation(place.table, name);
    if (navigation === undefined || !('one' in navigation)) throw noNavigation(place.table, name);
    names.push(navigation.one.name);
    let next = place.links.get(navigation.one.name);
    if (next === undefined) {
      const table = relatedTable(model, place.table, navigation);
      const { from, to } = relation(place.table, table, navigation);
      next = { table, attributes: [], links: new Map(), from, to, alias: names.join('/') };
      place.links.set(navigation.one.name, next);
    }
    place = next;
  }
  const property = findReadable(place.table, path.at(-1) ?? '');
  if (property.definition.type === 'Image' || property.definition.type === 'File') {
    throw badValue(`'${path.join('/')}' (${property.edmType}) cannot be grouped by.`);
  }
  return { place, property, name: [...names, property.name].join('/') };
}

function nameOf(model: ApiModel, root: Place, path: PropertyPath): string {
  return follow(model, root, path).name;
}

function linksOf(place: Place): readonly FetchLink[] {
  return [...place.links.values()].map((link) => ({
    table: link.table.name,
    alias: link.alias,
    attributes: link.attributes,
    orders: [],
    links: linksOf(link),
    from: link.from,
    to: link.to,
    kind: 'outer',
  }));
}

function orderOf({ path, descending }: OrderItem, names: readonly string[]): FetchOrder {
  const alias = path.join('/');
  if (names.includes(alias)) return { alias, descending };
  throw unknownName(`$orderby names '${alias.slice(0, 100)}', which $apply does not give.`);
}
