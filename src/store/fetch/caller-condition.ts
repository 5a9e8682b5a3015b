import { comparedColumn } from '../join-sql.ts';
import type { ConditionValue, Filter } from '../record-store.ts';
import { refusedValue } from '../refused-value.ts';
import { layoutOf } from '../table-layout.ts';
import type { ConditionContext } from './condition-context.ts';
import { type NamedCondition, negated, type Subject } from './named-condition.ts';

type Ids = (context: ConditionContext) => readonly ConditionValue[];

const unitOf: Ids = ({ businessUnitId }) => (businessUnitId === undefined ? [] : [businessUnitId]);
const userOf: Ids = ({ userId }) => [userId];
const teamsOf: Ids = ({ teamIds }) => teamIds;

interface CallerOperator {
  readonly ids: Ids;
  readonly isNegated?: boolean;
  /** The people who report to the asker count too. */
  readonly withReports?: boolean;
}

const operators: Readonly<Record<string, CallerOperator>> = {
  'eq-userid': { ids: userOf },
  'ne-userid': { ids: userOf, isNegated: true },
  'eq-userteams': { ids: teamsOf },
  'eq-useroruserteams': { ids: (context) => [context.userId, ...context.teamIds] },
  'eq-useroruserhierarchy': { ids: userOf, withReports: true },
  'eq-useroruserhierarchyandteams': { ids: (context) => [context.userId, ...context.teamIds], withReports: true },
  'eq-businessid': { ids: unitOf },
  'ne-businessid': { ids: unitOf, isNegated: true },
  'eq-userlanguage': { ids: ({ languageCode }) => [languageCode] },
  'ne-userlanguage': { ids: ({ languageCode }) => [languageCode], isNegated: true },
};

/** True for operators about the asker. */
export function isCallerOperator(operator: string): boolean {
  return Object.hasOwn(operators, operator);
}

/** A condition about the asker as a filter. Throws 80040203 for a column that cannot name them. */
export function callerCondition(condition: NamedCondition, subject: Subject, context: ConditionContext): Filter {
  const { ids, isNegated, withReports } = operators[condition.operator] ?? { ids: () => [] };
  const { sqlType } = comparedColumn(layoutOf(condition.table), condition.column);
  if (sqlType !== (condition.operator.endsWith('language') ? 'integer' : 'uuid')) {
    throw refusedValue('80040203', condition.table, condition.column, `cannot be asked by "${condition.operator}".`);
  }
  const values = ids(context);
  const named: Filter = values.length === 0 ? { or: [] } : { ...subject, operator: 'in', value: values };
  if (isNegated) return negated(named, subject);
  if (!withReports) return named;
  const reports = {
    table: 'systemuser',
    parent: 'parentsystemuserid',
    direction: 'under',
    id: context.userId,
    withSelf: false,
  } as const;
  return { or: [named, { hierarchy: { ...subject, ...reports } }] };
}
