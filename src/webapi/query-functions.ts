import type { Condition, ConditionOperator, Filter } from '../store/record-store.ts';
import type { ApiProperty, ApiTable } from './api-model.ts';
import type { FilterContext } from './filter-context.ts';
import { findReadable } from './find-property.ts';
import { badValue, unknownName } from './http-error.ts';
import { literalValue } from './literal-value.ts';
import { didYouMean } from './nearest.ts';
import type { FilterNode, Literal } from './odata-ast.ts';
import { inFilter } from './rows.ts';

type QueryNode = Extract<FilterNode, { kind: 'query' }>;
type DateRange = (now: Date, x: number) => readonly [from: Date | undefined, to: Date | undefined];

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const startOfDay = (date: Date) => new Date(Math.floor(date.getTime() / dayMs) * dayMs);
const addDays = (date: Date, days: number) => new Date(date.getTime() + days * dayMs);
const startOfWeek = (date: Date) => addDays(startOfDay(date), -date.getUTCDay());
const monthStart = (date: Date, months: number) =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
const yearStart = (date: Date, years: number) => new Date(Date.UTC(date.getUTCFullYear() + years, 0, 1));
const addMonths = (date: Date, months: number) => {
  const day = startOfDay(date);
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months, day.getUTCDate()));
};

/** Ranges from (inclusive) to (exclusive), in UTC days; weeks begin on Sunday. */
const dateRanges: Readonly<Record<string, DateRange>> = {
  Today: (now) => [startOfDay(now), addDays(startOfDay(now), 1)],
  Yesterday: (now) => [addDays(startOfDay(now), -1), startOfDay(now)],
  Tomorrow: (now) => [addDays(startOfDay(now), 1), addDays(startOfDay(now), 2)],
  Last7Days: (now) => [addDays(startOfDay(now), -7), now],
  Next7Days: (now) => [now, addDays(startOfDay(now), 8)],
  ThisWeek: (now) => [startOfWeek(now), addDays(startOfWeek(now), 7)],
  LastWeek: (now) => [addDays(startOfWeek(now), -7), startOfWeek(now)],
  NextWeek: (now) => [addDays(startOfWeek(now), 7), addDays(startOfWeek(now), 14)],
  ThisMonth: (now) => [monthStart(now, 0), monthStart(now, 1)],
  LastMonth: (now) => [monthStart(now, -1), monthStart(now, 0)],
  NextMonth: (now) => [monthStart(now, 1), monthStart(now, 2)],
  ThisYear: (now) => [yearStart(now, 0), yearStart(now, 1)],
  LastYear: (now) => [yearStart(now, -1), yearStart(now, 0)],
  NextYear: (now) => [yearStart(now, 1), yearStart(now, 2)],
  LastXHours: (now, x) => [new Date(now.getTime() - x * hourMs), now],
  NextXHours: (now, x) => [now, new Date(now.getTime() + x * hourMs)],
  LastXDays: (now, x) => [addDays(startOfDay(now), -x), now],
  NextXDays: (now, x) => [now, addDays(startOfDay(now), x + 1)],
  LastXWeeks: (now, x) => [addDays(startOfDay(now), -7 * x), now],
  NextXWeeks: (now, x) => [now, addDays(startOfDay(now), 7 * x + 1)],
  LastXMonths: (now, x) => [addMonths(now, -x), now],
  NextXMonths: (now, x) => [now, addDays(addMonths(now, x), 1)],
  LastXYears: (now, x) => [addMonths(now, -12 * x), now],
  NextXYears: (now, x) => [now, addDays(addMonths(now, 12 * x), 1)],
  OlderThanXMinutes: (now, x) => [undefined, new Date(now.getTime() - x * 60_000)],
  OlderThanXHours: (now, x) => [undefined, new Date(now.getTime() - x * hourMs)],
  OlderThanXDays: (now, x) => [undefined, addDays(now, -x)],
  OlderThanXWeeks: (now, x) => [undefined, addDays(now, -7 * x)],
  OlderThanXMonths: (now, x) => [undefined, addMonths(now, -x)],
  OlderThanXYears: (now, x) => [undefined, addMonths(now, -12 * x)],
};

const valueFunctions = ['In', 'NotIn', 'Between', 'NotBetween', 'On', 'OnOrAfter', 'OnOrBefore'] as const;
const callerFunctions: Readonly<Record<string, readonly [who: 'user' | 'businessUnit', negated: boolean]>> = {
  EqualUserId: ['user', false],
  NotEqualUserId: ['user', true],
  EqualBusinessId: ['businessUnit', false],
  NotEqualBusinessId: ['businessUnit', true],
};

/** Turns a `Microsoft.Dynamics.CRM.` query function into conditions. Throws 400 for an unknown function or a wrong parameter. */
export async function bindQueryFunction(node: QueryNode, table: ApiTable, context: FilterContext): Promise<Filter> {
  const property = propertyOf(node, table);
  const range = Object.hasOwn(dateRanges, node.name) ? dateRanges[node.name] : undefined;
  if (range !== undefined) {
    requireDate(property, node);
    const [from, to] = range(context.now, needsNumber(node.name) ? wholeNumber(node) : 0);
    return rangeFilter(property, from, to);
  }
  const caller = Object.hasOwn(callerFunctions, node.name) ? callerFunctions[node.name] : undefined;
  if (caller !== undefined) {
    const id = caller[0] === 'user' ? context.callerId : await context.businessUnitId();
    const equal = inFilter(property.column, id === undefined ? [] : [id], table.definition.primaryId);
    return caller[1] ? { or: [{ not: equal }, { column: property.column, operator: 'null' }] } : equal;
  }
  return bindValueFunction(node, property, table);
}

function bindValueFunction(node: QueryNode, property: ApiProperty, table: ApiTable): Filter {
  const { column } = property;
  switch (node.name) {
    case 'In':
    case 'NotIn': {
      const values = list(node).map((literal) => literalValue(asTyped(literal, property), property));
      if (values.length === 0) throw badValue(`${node.name} needs at least one entry in PropertyValues.`);
      return { column, operator: node.name === 'In' ? 'in' : 'notIn', value: values };
    }
    case 'Between':
    case 'NotBetween': {
      const [low, high, ...more] = list(node).map((literal) => literalValue(asTyped(literal, property), property));
      if (low === undefined || high === undefined || more.length > 0)
        throw badValue(`${node.name} needs two PropertyValues.`);
      const between: Filter = {
        and: [
          { column, operator: 'ge', value: low },
          { column, operator: 'le', value: high },
        ],
      };
      return node.name === 'Between' ? between : { not: between };
    }
    case 'On':
    case 'OnOrAfter':
    case 'OnOrBefore': {
      requireDate(property, node);
      const day = literalValue(single(node), property);
      if (!(day instanceof Date)) throw badValue(`${node.name} needs a date as PropertyValue.`);
      const start = startOfDay(day);
      const end = addDays(start, 1);
      if (node.name === 'OnOrAfter') return rangeFilter(property, start, undefined);
      return rangeFilter(property, node.name === 'On' ? start : undefined, end);
    }
    default: {
      const names = [...Object.keys(dateRanges), ...Object.keys(callerFunctions), ...valueFunctions];
      throw unknownName(
        `The query function '${node.name}' at position ${node.position} does not exist for '${table.name}'.${didYouMean(node.name, names)}`,
      );
    }
  }
}

function rangeFilter(property: ApiProperty, from: Date | undefined, to: Date | undefined): Filter {
  const { column } = property;
  const condition = (operator: ConditionOperator, value: Date): Condition => ({ column, operator, value });
  if (from === undefined) return to === undefined ? { column, operator: 'notNull' } : condition('lt', to);
  return to === undefined ? condition('ge', from) : { and: [condition('ge', from), condition('lt', to)] };
}

function propertyOf(node: QueryNode, table: ApiTable): ApiProperty {
  const name = node.parameters.get('PropertyName');
  if (name === undefined || Array.isArray(name) || (name as Literal).type !== 'string') {
    throw badValue(`${node.name} needs the parameter PropertyName='...'.`);
  }
  return findReadable(table, (name as { value: string }).value);
}

function list(node: QueryNode): readonly Literal[] {
  const values = node.parameters.get('PropertyValues');
  if (!Array.isArray(values)) throw badValue(`${node.name} needs the parameter PropertyValues=[...].`);
  return values;
}

function single(node: QueryNode): Literal {
  const value = node.parameters.get('PropertyValue');
  if (value === undefined || Array.isArray(value)) throw badValue(`${node.name} needs the parameter PropertyValue.`);
  return value as Literal;
}

/** `In` and `Between` take every value in quotes, numbers too. */
function asTyped(literal: Literal, property: ApiProperty): Literal {
  if (literal.type !== 'string') return literal;
  if (/^Edm\.(Int32|Int64|Decimal|Double)$/.test(property.edmType)) return { type: 'number', value: literal.value };
  if (property.edmType === 'Edm.Boolean' && /^(true|false|0|1)$/.test(literal.value)) {
    return { type: 'boolean', value: literal.value === 'true' || literal.value === '1' };
  }
  return literal;
}

function needsNumber(name: string): boolean {
  return /X(Minutes|Hours|Days|Weeks|Months|Years)$/.test(name);
}

function wholeNumber(node: QueryNode): number {
  const literal = single(node);
  const value = literal.type === 'number' || literal.type === 'string' ? Number(literal.value) : Number.NaN;
  if (!Number.isInteger(value) || value < 1 || value > 10_000) {
    throw badValue(`${node.name} needs a whole PropertyValue from 1 to 10,000.`);
  }
  return value;
}

function requireDate(property: ApiProperty, node: QueryNode): void {
  if (property.definition.type !== 'DateTime')
    throw badValue(`${node.name} asks a date; '${property.name}' is ${property.edmType}.`);
}
