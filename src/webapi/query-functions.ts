import type { OperatorTakes } from '../store/fetch/bind-condition.ts';
import { bindCondition, operatorTakes } from '../store/fetch/bind-condition.ts';
import { dateOperators } from '../store/fetch/date-ranges.ts';
import { fetchValue, wholeNumber } from '../store/fetch/fetch-value.ts';
import type { ConditionValue, Filter } from '../store/record-store.ts';
import type { ApiProperty, ApiTable } from './api-model.ts';
import type { FilterContext } from './filter-context.ts';
import { findNavigation, findReadable, noNavigation } from './find-property.ts';
import { badValue, unknownName } from './http-error.ts';
import { didYouMean } from './nearest.ts';
import type { FilterNode, Literal } from './odata-ast.ts';
import { relatedTable, relation } from './relation.ts';

type QueryNode = Extract<FilterNode, { kind: 'query' }>;

/** Functions whose name does not follow from the FetchXML operator's, with that operator. */
const named: Readonly<Record<string, string>> = {
  Above: 'above',
  AboveOrEqual: 'eq-or-above',
  Between: 'between',
  Contains: 'contains',
  ContainValues: 'contain-values',
  DoesNotContain: 'does-not-contain',
  DoesNotContainValues: 'not-contain-values',
  EndsWith: 'ends-with',
  EqualBusinessId: 'eq-businessid',
  EqualUserId: 'eq-userid',
  EqualUserLanguage: 'eq-userlanguage',
  EqualUserOrUserHierarchy: 'eq-useroruserhierarchy',
  EqualUserOrUserHierarchyAndTeams: 'eq-useroruserhierarchyandteams',
  EqualUserOrUserTeams: 'eq-useroruserteams',
  EqualUserTeams: 'eq-userteams',
  In: 'in',
  InFiscalYear: 'in-fiscal-year',
  NotBetween: 'not-between',
  NotEqualBusinessId: 'ne-businessid',
  NotEqualUserId: 'ne-userid',
  NotIn: 'not-in',
  NotUnder: 'not-under',
  StartsWith: 'begins-with',
  Under: 'under',
  UnderOrEqual: 'eq-or-under',
};

const functions: ReadonlyMap<string, string> = new Map([
  ...Object.entries(named),
  ...dateOperators.map((operator): [string, string] => [functionName(operator), operator]),
]);

/** `last-x-days` is LastXDays, `olderthan-x-days` OlderThanXDays. */
function functionName(operator: string): string {
  return operator
    .replace('seven', '7')
    .replace('olderthan', 'older-than')
    .replace(/(^|-)(\w)/g, (_all, _dash, letter: string) => letter.toUpperCase());
}

/** Turns a `Microsoft.Dynamics.CRM.` query function into conditions. Throws 400 for an unknown function or a wrong parameter. */
export async function bindQueryFunction(
  node: QueryNode,
  table: ApiTable,
  context: FilterContext,
  variable?: string,
): Promise<Filter> {
  const operator = functions.get(node.name);
  if (operator === undefined) {
    const hint = didYouMean(node.name, functions.keys());
    const name = node.name.slice(0, 100);
    throw unknownName(
      `The query function '${name}' at position ${node.position} does not exist for '${table.name}'.${hint}`,
    );
  }
  const path = propertyPath(node);
  return bindAt(node, operator, path[0] === variable ? path.slice(1) : path, table, context);
}

async function bindAt(
  node: QueryNode,
  operator: string,
  [first = '', ...rest]: readonly string[],
  table: ApiTable,
  context: FilterContext,
): Promise<Filter> {
  if (rest.length === 0) return bindColumn(node, operator, findReadable(table, first), table, context);
  const navigation = findNavigation(table, first);
  if (navigation === undefined || !('one' in navigation)) throw noNavigation(table, first);
  const target = relatedTable(context.model, table, navigation);
  const related = relation(table, target, navigation);
  const found: Filter = { exists: { ...related, filter: await bindAt(node, operator, rest, target, context) } };
  // What is negated holds where the way leads to no record, whose columns count as empty.
  return isNegated(operator) ? { or: [found, { not: { exists: related } }] } : found;
}

function isNegated(operator: string): boolean {
  return /^(not|ne|does-not)-/.test(operator);
}

async function bindColumn(
  node: QueryNode,
  operator: string,
  property: ApiProperty,
  table: ApiTable,
  context: FilterContext,
): Promise<Filter> {
  const conditions = await context.conditions();
  const { column } = property;
  const takes = operatorTakes(operator) ?? 'nothing';
  const values = literalsOf(node, takes).map((literal) =>
    typedValue(node, table, column, literal, takes, conditions.timeZone),
  );
  return bindCondition({ table: table.name, column, operator, values }, conditions);
}

function propertyPath(node: QueryNode): readonly string[] {
  const name = node.parameters.get('PropertyName');
  if (name === undefined || Array.isArray(name) || (name as Literal).type !== 'string') {
    throw badValue(`${node.name} needs the parameter PropertyName='...'.`);
  }
  const path = (name as { value: string }).value.split('/');
  if (path.length > 10) throw badValue(`The PropertyName of ${node.name} leads over more than 10 names.`);
  return path;
}

function literalsOf(node: QueryNode, takes: OperatorTakes): readonly Literal[] {
  switch (takes) {
    case 'nothing':
      return [];
    case 'values':
    case 'pair':
      return list(node);
    case 'period':
      return [single(node, 'PropertyValue1'), single(node, 'PropertyValue2')];
    default:
      return [single(node, 'PropertyValue')];
  }
}

function list(node: QueryNode): readonly Literal[] {
  const values = node.parameters.get('PropertyValues');
  if (!Array.isArray(values)) throw badValue(`${node.name} needs the parameter PropertyValues=[...].`);
  if (values.length === 0) throw badValue(`${node.name} needs at least one entry in PropertyValues.`);
  return values;
}

function single(node: QueryNode, parameter: string): Literal {
  const value = node.parameters.get(parameter);
  if (value === undefined || Array.isArray(value)) throw badValue(`${node.name} needs the parameter ${parameter}.`);
  return value as Literal;
}

/** Every value may stand in quotes, numbers too. */
function typedValue(
  node: QueryNode,
  table: ApiTable,
  column: string,
  literal: Literal,
  takes: OperatorTakes,
  timeZone: string,
): ConditionValue {
  if (literal.type === 'null') throw badValue(`${node.name} cannot be asked of null.`);
  const text = String(literal.value);
  switch (takes) {
    case 'text':
      return text;
    case 'count':
      return wholeNumber(table.name, column, text, 1, 10_000);
    case 'year':
    case 'period':
      return wholeNumber(table.name, column, text, 1, 9999);
    default:
      return fetchValue(table.name, column, text, timeZone);
  }
}
