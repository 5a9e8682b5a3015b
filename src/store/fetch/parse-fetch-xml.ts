import type { TableName } from '../../tables/catalog.ts';
import type { Filter } from '../record-store.ts';
import { isReadable } from '../row-codec.ts';
import { layoutOf } from '../table-layout.ts';
import type { ConditionContext } from './condition-context.ts';
import type { Aggregate, DateGrouping, Fetch, FetchAttribute, FetchEntity, FetchLink, FetchOrder } from './fetch.ts';
import { checkShape, FetchScope, flag, readableColumn, required, tableOf, whole } from './fetch-scope.ts';
import { readPagingCookie } from './paging-cookie.ts';
import { type FilterSubject, readFilter, readRelated } from './read-filter.ts';
import { badXml, parseXml, type XmlElement } from './xml-tree.ts';

const fetchAttributes = [
  ...['version', 'mapping', 'output-format', 'top', 'count', 'page', 'paging-cookie', 'distinct', 'aggregate'],
  ...['returntotalrecordcount', 'no-lock', 'latematerialize', 'aggregatelimit', 'useraworderby', 'utc-offset'],
  ...['min-active-row-version', 'options', 'userawsortorder'],
];
const linkAttributes = ['name', 'from', 'to', 'alias', 'link-type', 'intersect', 'visible', 'enableprefiltering'];
const attributeAttributes = ['name', 'alias', 'aggregate', 'distinct', 'groupby', 'dategrouping', 'usertimezone'];
const aggregates: readonly Aggregate[] = ['count', 'countcolumn', 'sum', 'avg', 'min', 'max'];
const groupings: readonly DateGrouping[] = ['day', 'week', 'month', 'quarter', 'year', 'fiscal-period', 'fiscal-year'];
const numeric: ReadonlySet<string> = new Set(['Integer', 'BigInt', 'Decimal', 'Double', 'Money']);
const entityChildren = ['attribute', 'all-attributes', 'filter', 'order', 'link-entity', 'no-attrs'];

/** Reads FetchXML, its conditions bound to the asker. Throws item 80040203 with line and column of what cannot be. */
export function parseFetchXml(text: string, context: ConditionContext): Fetch {
  const root = parseXml(text);
  if (root.name !== 'fetch') throw badXml(`FetchXML begins with <fetch>, found <${root.name.slice(0, 40)}>.`);
  checkShape(root, fetchAttributes, ['entity']);
  const [entity, ...more] = root.children;
  if (entity === undefined || more.length > 0) throw badXml('A <fetch> holds one <entity>.');
  checkShape(entity, ['name', 'enableprefiltering', 'prefilterparametername'], entityChildren);
  const top = whole(root, 'top', 0, 5000);
  const page = whole(root, 'page', 1, 1_000_000_000);
  if (top !== undefined && page !== undefined) {
    throw badXml("The attribute 'top' cannot be given together with the paging attribute 'page'.");
  }
  const count = whole(root, 'count', 0, 1_000_000_000);
  const aggregate = flag(root, 'aggregate');
  const scope = new FetchScope(entity, context);
  const read = readEntity(entity, { table: tableOf(entity) }, scope, aggregate);
  return {
    entity: checkAliases(read, aggregate),
    aggregate,
    distinct: flag(root, 'distinct') && !aggregate,
    ...(top === undefined ? {} : { top }),
    ...(count === undefined || count === 0 ? {} : { count: Math.min(count, 5000) }),
    ...(page === undefined ? {} : { page }),
    ...continuation(root, page ?? 1),
    withCount: flag(root, 'returntotalrecordcount'),
    timeZone: context.timeZone,
  };
}

function continuation(root: XmlElement, page: number): { readonly after?: string } {
  const cookie = readPagingCookie(root.attributes['paging-cookie'] ?? '');
  return cookie === undefined || cookie.page !== page - 1 ? {} : { after: cookie.after };
}

function readEntity(element: XmlElement, subject: FilterSubject, scope: FetchScope, aggregate: boolean): FetchEntity {
  const { table } = subject;
  const filters: Filter[] = [];
  const links: FetchLink[] = [];
  const orders: FetchOrder[] = [];
  const attributes: FetchAttribute[] = [];
  for (const child of element.children) {
    if (child.name === 'attribute') attributes.push(readAttribute(child, table, aggregate));
    else if (child.name === 'all-attributes') attributes.push(...allAttributes(child, table, aggregate));
    else if (child.name === 'filter') filters.push(readFilter(child, subject, scope));
    else if (child.name === 'order') orders.push(readOrder(child, table, scope, aggregate));
    else if (child.name === 'link-entity') {
      if (isRestriction(child)) filters.push(readRelated(child, subject, scope));
      else links.push(readLink(child, table, scope, aggregate));
    }
  }
  const alias = scope.aliasOf(element);
  return { table, alias, attributes, orders, links, ...(filters.length === 0 ? {} : { filter: { and: filters } }) };
}

function isRestriction(link: XmlElement): boolean {
  const type = link.attributes['link-type'] ?? 'inner';
  return !['inner', 'outer', 'natural', 'matchfirstrowusingcrossapply'].includes(type);
}

function readLink(element: XmlElement, parent: TableName, scope: FetchScope, aggregate: boolean): FetchLink {
  checkShape(element, linkAttributes, entityChildren);
  const { alias } = element.attributes;
  if (alias !== undefined) checkAlias(alias, element);
  const table = tableOf(element);
  const type = element.attributes['link-type'] ?? 'inner';
  return {
    ...readEntity(element, { table, joinedAs: scope.aliasOf(element) }, scope, aggregate),
    from: readableColumn(table, required(element, 'from'), element).name,
    to: readableColumn(parent, required(element, 'to'), element).name,
    kind: type === 'outer' ? 'outer' : type === 'matchfirstrowusingcrossapply' ? 'first' : 'inner',
  };
}

function allAttributes(element: XmlElement, table: TableName, aggregate: boolean): readonly FetchAttribute[] {
  if (aggregate) throw badXml(`<all-attributes> at ${element.position} is not possible in an aggregated fetch.`);
  const columns = [...layoutOf(table).columns.values()];
  const isBulk = (type: string) => type === 'Image' || type === 'File';
  return columns
    .filter((column) => isReadable(column) && !isBulk(column.definition.type))
    .map(({ name }) => ({ column: name }));
}

function readAttribute(element: XmlElement, table: TableName, isAggregate: boolean): FetchAttribute {
  checkShape(element, attributeAttributes, []);
  const { name, definition } = readableColumn(table, required(element, 'name'), element);
  const { alias, aggregate, dategrouping } = element.attributes;
  if (alias !== undefined) checkAlias(alias, element);
  const groupBy = flag(element, 'groupby');
  const wrong = (problem: string) => badXml(`<attribute> '${name}' at ${element.position} ${problem}.`);
  if (!isAggregate) {
    if (aggregate !== undefined || groupBy) throw wrong("needs <fetch aggregate='true'> to be grouped or aggregated");
    return { column: name, ...(alias === undefined ? {} : { alias }) };
  }
  if (alias === undefined) throw wrong('needs an alias in an aggregated fetch');
  if ((aggregate === undefined) === !groupBy) throw wrong('must be either aggregated or grouped by');
  if (groupBy) return { column: name, alias, groupBy, ...grouping(dategrouping, definition.type, wrong) };
  const known = aggregates.find((one) => one === aggregate);
  if (known === undefined) throw wrong(`has the aggregate '${aggregate?.slice(0, 40)}', which does not exist`);
  if ((known === 'sum' || known === 'avg') && !numeric.has(definition.type))
    throw wrong(`holds no numbers to ${known}`);
  if ((known === 'min' || known === 'max') && !numeric.has(definition.type) && definition.type !== 'DateTime') {
    throw wrong(`has no ${known}`);
  }
  return { column: name, alias, aggregate: known, distinct: flag(element, 'distinct') };
}

function grouping(
  text: string | undefined,
  type: string,
  wrong: (problem: string) => Error,
): { readonly dateGrouping?: DateGrouping } {
  if (text === undefined) {
    if (type === 'DateTime') throw wrong('is a date and needs a dategrouping');
    return {};
  }
  const dateGrouping = groupings.find((one) => one === text);
  if (dateGrouping === undefined || type !== 'DateTime') throw wrong(`cannot be grouped by '${text.slice(0, 40)}'`);
  return { dateGrouping };
}

function readOrder(element: XmlElement, table: TableName, scope: FetchScope, aggregate: boolean): FetchOrder {
  checkShape(element, ['attribute', 'alias', 'descending', 'entityname'], []);
  const descending = flag(element, 'descending');
  const { alias, entityname } = element.attributes;
  if (alias !== undefined) return { alias, descending };
  if (aggregate) throw badXml(`<order> at ${element.position} of an aggregated fetch names an alias.`);
  const ordered = entityname === undefined ? table : scope.tableNamed(entityname, element);
  const column = readableColumn(ordered, required(element, 'attribute'), element).name;
  return { column, descending, ...(entityname === undefined ? {} : { of: entityname }) };
}

function checkAlias(alias: string, element: XmlElement): void {
  if (/^[A-Za-z_][\w-]{0,127}$/.test(alias) && alias !== '__proto__') return;
  throw badXml(`The alias '${alias.slice(0, 60)}' at ${element.position} may hold letters, digits and underscores.`);
}

/** Refuses outputs of one name, orders of unknown ones, and an aggregated fetch without output. */
function checkAliases(entity: FetchEntity, aggregate: boolean): FetchEntity {
  const names = new Set<string>();
  const orders: FetchOrder[] = [];
  const visit = (one: FetchEntity, isRoot: boolean): void => {
    for (const { alias, column } of one.attributes) {
      const name = alias ?? (isRoot ? column : `${one.alias}.${column}`);
      if (alias !== undefined && names.has(name)) throw badXml(`Two attributes have the alias '${alias}'.`);
      names.add(name);
    }
    orders.push(...one.orders);
    for (const link of one.links) visit(link, false);
  };
  visit(entity, true);
  const unknown = orders.find(({ alias }) => alias !== undefined && !names.has(alias));
  if (unknown?.alias !== undefined)
    throw badXml(`<order> names the alias '${unknown.alias.slice(0, 60)}', which no attribute has.`);
  if (aggregate && names.size === 0) throw badXml('An aggregated fetch needs at least one attribute.');
  return entity;
}
