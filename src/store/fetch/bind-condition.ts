import type { ColumnDefinition } from '../../tables/table-definition.ts';
import type { ConditionOperator, Filter } from '../record-store.ts';
import { layoutOf } from '../table-layout.ts';
import { callerCondition, isCallerOperator } from './caller-condition.ts';
import type { ConditionContext } from './condition-context.ts';
import { compareInstant, dateCondition } from './date-condition.ts';
import { dateOperatorKind } from './date-ranges.ts';
import { hierarchyCondition, isHierarchyOperator } from './hierarchy-condition.ts';
import { misfit, type NamedCondition, negated, type Subject } from './named-condition.ts';

/** What the values of an operator are. */
export type OperatorTakes =
  | 'nothing'
  | 'value'
  | 'values'
  | 'pair'
  | 'text'
  | 'id'
  | 'count'
  | 'day'
  | 'year'
  | 'period';

const comparisons: Readonly<Record<string, ConditionOperator>> = {
  eq: 'eq',
  ne: 'ne',
  neq: 'ne',
  gt: 'gt',
  ge: 'ge',
  lt: 'lt',
  le: 'le',
};

/** Text operators with their store operator, negated ones with `true`. */
const textOperators: Readonly<Record<string, readonly [ConditionOperator, boolean]>> = {
  like: ['like', false],
  'not-like': ['like', true],
  'begins-with': ['startsWith', false],
  'not-begin-with': ['startsWith', true],
  'ends-with': ['endsWith', false],
  'not-end-with': ['endsWith', true],
  contains: ['contains', false],
  'does-not-contain': ['contains', true],
};

const listOperators: Readonly<Record<string, boolean>> = {
  in: false,
  'not-in': true,
  'contain-values': false,
  'not-contain-values': true,
};

/** What an operator takes; undefined for one that does not exist. */
export function operatorTakes(operator: string): OperatorTakes | undefined {
  const has = (table: object) => Object.hasOwn(table, operator);
  if (has(comparisons)) return 'value';
  if (has(textOperators)) return 'text';
  if (has(listOperators)) return 'values';
  if (operator === 'between' || operator === 'not-between') return 'pair';
  if (operator === 'null' || operator === 'not-null' || isCallerOperator(operator)) return 'nothing';
  if (isHierarchyOperator(operator)) return 'id';
  if (operator === 'in-fiscal-year') return 'year';
  const kind = dateOperatorKind(operator);
  return kind === 'fixed' ? 'nothing' : kind === 'counted' ? 'count' : kind;
}

/** The filter a condition means. What is negated holds for empty values too. Throws 80040203 where operator, column and values do not go together. */
export function bindCondition(condition: NamedCondition, context: ConditionContext): Filter {
  const { table, operator, values } = condition;
  const definition = layoutOf(table).columns.get(condition.column)?.definition;
  const taken = operatorTakes(operator);
  if (taken === undefined || definition === undefined) throw misfit(condition, 'is no operator');
  requireCount(condition, taken);
  const subject = { column: condition.column, ...(condition.of === undefined ? {} : { of: condition.of }) };
  if (operator === 'null' || operator === 'not-null')
    return { ...subject, operator: operator === 'null' ? 'null' : 'notNull' };
  if (isCallerOperator(operator)) return callerCondition(condition, subject, context);
  if (isHierarchyOperator(operator)) return hierarchyCondition(condition, subject);
  if (taken === 'text') return textCondition(condition, subject, definition);
  if (taken === 'values') return listCondition(condition, subject, definition);
  if (taken === 'pair') return pairCondition(condition, subject);
  if (taken === 'value') return comparison(condition, subject, definition);
  if (definition.type !== 'DateTime') throw misfit(condition, 'asks dates');
  return dateCondition(subject, definition, operator, values, context);
}

function requireCount(condition: NamedCondition, taken: OperatorTakes): void {
  const { length } = condition.values;
  const wanted = taken === 'nothing' ? 0 : taken === 'pair' || taken === 'period' ? 2 : 1;
  if (taken === 'values' ? length < 1 : length !== wanted) {
    throw misfit(condition, `takes ${taken === 'values' ? 'at least 1' : wanted} value(s), found ${length}`);
  }
}

function comparison(condition: NamedCondition, subject: Subject, definition: ColumnDefinition): Filter {
  const operator = comparisons[condition.operator] ?? 'eq';
  const [value = null] = condition.values;
  if (value instanceof Date && definition.type === 'DateTime' && definition.behavior !== 'DateOnly') {
    return compareInstant(subject, operator, value);
  }
  const compared: Filter = { ...subject, operator, value };
  return operator === 'ne' ? { or: [compared, { ...subject, operator: 'null' }] } : compared;
}

function textCondition(condition: NamedCondition, subject: Subject, definition: ColumnDefinition): Filter {
  const [operator, isNegated] = textOperators[condition.operator] ?? ['like', false];
  if (!['String', 'Memo', 'EntityName'].includes(definition.type)) throw misfit(condition, 'asks texts');
  const matches: Filter = { ...subject, operator, value: condition.values[0] ?? '' };
  return isNegated ? negated(matches, subject) : matches;
}

function listCondition(condition: NamedCondition, subject: Subject, definition: ColumnDefinition): Filter {
  const asksChoices = condition.operator.endsWith('contain-values');
  if (asksChoices && definition.type !== 'MultiSelectPicklist')
    throw misfit(condition, 'asks columns of several choices');
  const listed: Filter = { ...subject, operator: 'in', value: condition.values };
  return listOperators[condition.operator] ? negated(listed, subject) : listed;
}

function pairCondition(condition: NamedCondition, subject: Subject): Filter {
  const [low = null, high = null] = condition.values;
  const between: Filter = {
    and: [
      { ...subject, operator: 'ge', value: low },
      { ...subject, operator: 'le', value: high },
    ],
  };
  return condition.operator === 'between' ? between : negated(between, subject);
}
