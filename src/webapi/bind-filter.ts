import { compareInstant } from '../store/fetch/date-condition.ts';
import type { Condition, ConditionValue, Filter } from '../store/record-store.ts';
import type { ApiProperty, ApiTable } from './api-model.ts';
import type { FilterContext } from './filter-context.ts';
import { findNavigation, findReadable, noNavigation } from './find-property.ts';
import { badValue, unknownName } from './http-error.ts';
import { literalValue } from './literal-value.ts';
import type { ComparisonOperator, FilterNode, Literal, PropertyPath } from './odata-ast.ts';
import { bindQueryFunction } from './query-functions.ts';
import { existsRelated, relatedTable, relation } from './relation.ts';
import { constantFilter } from './rows.ts';

const textOperators = { contains: 'contains', startswith: 'startsWith', endswith: 'endsWith' } as const;

/** Turns a filter tree into conditions on the table's columns and its related rows. Throws 400 for unknown names and misfit values. */
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
      return bindQueryFunction(node, table, context, variable);
    case 'lambda':
      return bindLambda(node, table, context, variable);
    case 'columns':
      return columnsCondition(node, table, variable);
    default:
      return bindLeaf(node, stripVariable(node.path, variable), table, context);
  }
}

type Leaf = Extract<FilterNode, { path: PropertyPath; kind: 'compare' | 'in' | 'text' }>;

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

/** A condition on a column, or on one of the record that a lookup leads to; where there is none, the value counts as empty. */
function bindLeaf(leaf: Leaf, path: PropertyPath, table: ApiTable, context: FilterContext): Filter {
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
  const target = relatedTable(context.model, table, navigation);
  const inner = (asked: Leaf): Filter => ({
    exists: { ...relation(table, target, navigation), filter: bindLeaf(asked, rest, target, context) },
  });
  if (leaf.kind === 'compare' && (leaf.operator === 'eq') === (leaf.value.type === 'null') && isEquality(leaf)) {
    return { not: inner({ ...leaf, operator: leaf.operator === 'eq' ? 'ne' : 'eq' }) };
  }
  if (leaf.kind === 'in' && leaf.values.some(({ type }) => type === 'null')) {
    const { path: way, position } = leaf;
    const isFilled: Leaf = { kind: 'compare', operator: 'ne', path: way, value: { type: 'null' }, position };
    return { or: [inner(leaf), { not: inner(isFilled) }] };
  }
  return inner(leaf);
}

function isEquality(leaf: Extract<Leaf, { kind: 'compare' }>): boolean {
  return leaf.operator === 'eq' || leaf.operator === 'ne';
}

function bindCondition(leaf: Leaf, name: string, table: ApiTable): Filter {
  const property = findReadable(table, name);
  const { column } = property;
  if (leaf.kind === 'in') return bindList(leaf.values, property, table);
  if (leaf.kind === 'text') {
    if (property.edmType !== 'Edm.String')
      throw badValue(`${leaf.function}() asks a text; '${name}' is ${property.edmType}.`);
    return { column, operator: textOperators[leaf.function], value: textOf(leaf.value, leaf.function) };
  }
  const value = literalValue(leaf.value, property);
  if (value === null) return nullCondition(column, leaf.operator);
  if (value instanceof Date && property.edmType !== 'Edm.Date') return compareInstant({ column }, leaf.operator, value);
  if (leaf.operator !== 'ne') return { column, operator: leaf.operator, value };
  // OData: an empty value is unequal to every value.
  return {
    or: [
      { column, operator: 'ne', value },
      { column, operator: 'null' },
    ],
  };
}

function bindList(values: readonly Literal[], property: ApiProperty, table: ApiTable): Filter {
  const { column } = property;
  const typed = values.map((value) => literalValue(value, property));
  const present = typed.filter((value) => value !== null);
  const conditions: Filter[] = [];
  if (present.length > 0 || typed.length === 0) conditions.push(listCondition(column, present, table));
  if (present.length < typed.length) conditions.push({ column, operator: 'null' });
  return conditions.length === 1 && conditions[0] ? conditions[0] : { or: conditions };
}

function listCondition(column: string, values: readonly ConditionValue[], table: ApiTable): Filter {
  if (values.length === 0) return constantFilter(table.definition.primaryId, false);
  return { column, operator: 'in', value: values };
}

function nullCondition(column: string, operator: ComparisonOperator): Condition {
  if (operator === 'eq') return { column, operator: 'null' };
  if (operator === 'ne') return { column, operator: 'notNull' };
  throw badValue(`Only eq and ne can be asked of null, not ${operator}.`);
}

function textOf(literal: Literal, name: string): string {
  if (literal.type !== 'string') throw badValue(`${name}() takes a text in single quotes.`);
  return literal.value;
}

/** Two columns of one row; an empty one is unequal to every value. */
function columnsCondition(
  node: Extract<FilterNode, { kind: 'columns' }>,
  table: ApiTable,
  variable: string | undefined,
): Filter {
  const [mine, theirs] = [node.path, node.otherPath].map((path) => {
    const [name, ...more] = stripVariable(path, variable);
    if (name === undefined || more.length > 0) {
      throw unknownName(`'${path.join('/')}': only columns of the row itself can be compared with each other.`);
    }
    return findReadable(table, name);
  });
  if (mine === undefined || theirs === undefined || mine.edmType !== theirs.edmType) {
    throw badValue(
      `'${mine?.name}' (${mine?.edmType}) cannot be compared with '${theirs?.name}' (${theirs?.edmType}).`,
    );
  }
  const compared: Condition = { column: mine.column, operator: node.operator, otherColumn: theirs.column };
  if (node.operator !== 'ne') return compared;
  const empty = (column: string): Filter => ({ column, operator: 'null' });
  const filled = (column: string): Filter => ({ column, operator: 'notNull' });
  return {
    or: [
      compared,
      { and: [empty(mine.column), filled(theirs.column)] },
      { and: [filled(mine.column), empty(theirs.column)] },
    ],
  };
}

type Lambda = Extract<FilterNode, { kind: 'lambda' }>;

function bindLambda(
  node: Lambda,
  table: ApiTable,
  context: FilterContext,
  variable: string | undefined,
): Promise<Filter> {
  return bindLambdaAt(node, stripVariable(node.collection, variable), table, context);
}

async function bindLambdaAt(
  node: Lambda,
  [name, ...rest]: PropertyPath,
  table: ApiTable,
  context: FilterContext,
): Promise<Filter> {
  const navigation = name === undefined ? undefined : findNavigation(table, name);
  if (navigation === undefined || 'many' in navigation !== (rest.length === 0)) {
    const way = node.collection.join('/');
    throw unknownName(`'${way}' at position ${node.position} is not a collection of ${table.name}.`);
  }
  const target = relatedTable(context.model, table, navigation);
  const related = (filter?: Filter) => existsRelated(table, target, navigation, filter);
  if ('one' in navigation) return related(await bindLambdaAt(node, rest, target, context));
  const body = node.body === undefined ? undefined : await bindFilter(node.body, target, context, node.variable);
  return node.quantifier === 'all' && body !== undefined ? { not: related({ not: body }) } : related(body);
}

/** A path without the variable of the `any` or `all` around it. Throws 400 where it is missing. */
function stripVariable(path: PropertyPath, variable: string | undefined): PropertyPath {
  if (variable === undefined) return path;
  if (path[0] !== variable || path.length < 2) {
    throw unknownName(`Inside any() and all() a property is named '${variable}/...'; found '${path.join('/')}'.`);
  }
  return path.slice(1);
}
