import type { Condition, ConditionValue, Filter } from '../store/record-store.ts';
import type { EntityReference } from '../tables/table-definition.ts';
import type { ApiModel, ApiTable, ToMany, ToOne } from './api-model.ts';
import type { FilterContext } from './filter-context.ts';
import { findNavigation, findReadable, noNavigation, noProperty } from './find-property.ts';
import { badValue, unknownName } from './http-error.ts';
import { literalValue } from './literal-value.ts';
import type { ComparisonOperator, FilterNode, Literal, PropertyPath } from './odata-ast.ts';
import { bindQueryFunction } from './query-functions.ts';
import { inFilter, queryAllRows } from './rows.ts';

/** Most ids that a condition over another table may select. */
const mostRelated = 50_000;
const textOperators = { contains: 'contains', startswith: 'startsWith', endswith: 'endsWith' } as const;

/** Turns a filter tree into conditions on the table's columns; conditions over relationships are looked up first. Throws 400 for unknown names and misfit values. */
export async function bindFilter(
  node: FilterNode,
  table: ApiTable,
  context: FilterContext,
  variable?: string,
): Promise<Filter> {
  switch (node.kind) {
    case 'and':
      return { and: await bindAll(node.operands, table, context, variable) };
    case 'or':
      return { or: await bindAll(node.operands, table, context, variable) };
    case 'not':
      return { not: await bindFilter(node.operand, table, context, variable) };
    case 'query':
      return bindQueryFunction(node, table, context);
    case 'lambda':
      return bindLambda(node, table, context, variable);
    default:
      return bindLeaf(node, stripVariable(node.path, variable), table, context);
  }
}

type Leaf = Extract<FilterNode, { path: PropertyPath }>;

async function bindAll(
  nodes: readonly FilterNode[],
  table: ApiTable,
  context: FilterContext,
  variable: string | undefined,
): Promise<Filter[]> {
  const filters: Filter[] = [];
  for (const node of nodes) filters.push(await bindFilter(node, table, context, variable));
  return filters;
}

async function bindLeaf(leaf: Leaf, path: PropertyPath, table: ApiTable, context: FilterContext): Promise<Filter> {
  const [first, ...rest] = path;
  if (first === undefined) throw unknownName(`The filter names no property at position ${leaf.position}.`);
  if (rest.length === 0) return bindCondition(leaf, first, table);
  const navigation = findNavigation(table, first);
  if (navigation === undefined) throw noNavigation(table, first);
  if (!('one' in navigation)) {
    throw unknownName(
      `'${first}' leads to many records; ask with any or all, as in ${first}/any(o:o/${rest[0]} eq ...).`,
    );
  }
  const { one } = navigation;
  const target = targetOf(context.model, one, table);
  if (rest.length === 1 && rest[0] === target.definition.primaryId) {
    return bindCondition(
      leaf,
      table.properties.has(`_${one.column}_value`) ? `_${one.column}_value` : one.column,
      table,
    );
  }
  const inner = await bindLeaf(leaf, rest, target, context);
  const ids = await idsOf(context, target, inner, target.definition.primaryId);
  const found = inFilter(one.column, ids, table.definition.primaryId);
  const nothingMatches = leaf.kind === 'compare' && leaf.operator === 'eq' && leaf.value.type === 'null';
  return nothingMatches ? { or: [found, { column: one.column, operator: 'null' }] } : found;
}

function bindCondition(leaf: Leaf, name: string, table: ApiTable): Filter {
  const property = findReadable(table, name);
  const { column } = property;
  if (leaf.kind === 'in') {
    const values = leaf.values.map((value) => literalValue(value, property));
    const present = values.filter((value) => value !== null);
    const conditions: Filter[] = [];
    if (present.length > 0 || values.length === 0) conditions.push(listCondition(column, present, table));
    if (present.length < values.length) conditions.push({ column, operator: 'null' });
    return conditions.length === 1 && conditions[0] ? conditions[0] : { or: conditions };
  }
  if (leaf.kind === 'text') {
    if (property.edmType !== 'Edm.String')
      throw badValue(`${leaf.function}() asks a text; '${name}' is ${property.edmType}.`);
    return { column, operator: textOperators[leaf.function], value: textOf(leaf.value, leaf.function) };
  }
  const value = literalValue(leaf.value, property);
  if (value === null) return nullCondition(column, leaf.operator);
  if (value instanceof Date && property.edmType !== 'Edm.Date') return instantCondition(column, leaf.operator, value);
  if (leaf.operator !== 'ne') return { column, operator: leaf.operator, value };
  // OData: an empty value is unequal to every value.
  return {
    or: [
      { column, operator: 'ne', value },
      { column, operator: 'null' },
    ],
  };
}

/** Instants are shown in whole seconds, so one is compared as the second it names. */
function instantCondition(column: string, operator: ComparisonOperator, value: Date): Filter {
  const isWhole = value.getTime() % 1000 === 0;
  const end = isWhole ? new Date(value.getTime() + 1000) : value;
  const within: Filter = isWhole
    ? {
        and: [
          { column, operator: 'ge', value },
          { column, operator: 'lt', value: end },
        ],
      }
    : { column, operator: 'eq', value };
  switch (operator) {
    case 'eq':
      return within;
    case 'ne':
      return { or: [{ not: within }, { column, operator: 'null' }] };
    case 'gt':
      return { column, operator: isWhole ? 'ge' : 'gt', value: end };
    case 'le':
      return { column, operator: isWhole ? 'lt' : 'le', value: end };
    default:
      return { column, operator, value };
  }
}

function listCondition(column: string, values: readonly ConditionValue[], table: ApiTable): Filter {
  if (values.length === 0) return inFilter(column, [], table.definition.primaryId);
  return { column, operator: 'in', value: values };
}

function nullCondition(column: string, operator: string): Condition {
  if (operator === 'eq') return { column, operator: 'null' };
  if (operator === 'ne') return { column, operator: 'notNull' };
  throw badValue(`Only eq and ne can be asked of null, not ${operator}.`);
}

function textOf(literal: Literal, name: string): string {
  if (literal.type !== 'string') throw badValue(`${name}() takes a text in single quotes.`);
  return literal.value;
}

async function bindLambda(
  node: Extract<FilterNode, { kind: 'lambda' }>,
  table: ApiTable,
  context: FilterContext,
  variable: string | undefined,
): Promise<Filter> {
  const [name, ...more] = stripVariable(node.collection, variable);
  const navigation = name === undefined || more.length > 0 ? undefined : findNavigation(table, name);
  if (navigation === undefined || !('many' in navigation)) {
    throw unknownName(
      `'${node.collection.join('/')}' at position ${node.position} is not a collection of ${table.name}.`,
    );
  }
  const { many } = navigation;
  const target = targetOf(context.model, many, table);
  const body = node.body === undefined ? undefined : await bindFilter(node.body, target, context, node.variable);
  const wanted = body !== undefined && node.quantifier === 'all' ? { not: body } : body;
  const linked: Filter = { column: many.column, operator: 'notNull' };
  const ids = await idsOf(context, target, wanted === undefined ? linked : { and: [linked, wanted] }, many.column);
  const { primaryId } = table.definition;
  const found = inFilter(primaryId, ids, primaryId);
  return node.quantifier === 'all' ? { not: found } : found;
}

async function idsOf(
  context: FilterContext,
  table: ApiTable,
  filter: Filter,
  column: string,
): Promise<readonly string[]> {
  const rows = await queryAllRows(context.records, { table: table.name, columns: [column], filter }, mostRelated);
  if (rows === undefined) {
    throw badValue(`The condition over ${table.name} selects more than ${mostRelated} records; narrow it.`);
  }
  return [...new Set(rows.map((row) => idOf(row[column])).filter((id) => id !== undefined))];
}

function idOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? undefined : (value as EntityReference).id;
}

function targetOf(model: ApiModel, navigation: ToOne | ToMany, table: ApiTable): ApiTable {
  const target = model.byName(navigation.table);
  if (target === undefined) throw noProperty(table, navigation.name);
  return target;
}

function stripVariable(path: PropertyPath, variable: string | undefined): PropertyPath {
  if (variable === undefined) return path;
  if (path[0] !== variable || path.length < 2) {
    throw unknownName(`Inside any() and all() a property is named '${variable}/...'; found '${path.join('/')}'.`);
  }
  return path.slice(1);
}
