import type { TableName } from '../../tables/catalog.ts';
import type { Condition, ConditionValue, Filter } from '../record-store.ts';
import { refusedValue } from '../refused-value.ts';

/** A condition as FetchXML or OData's query functions say it: the operator by its FetchXML name, values of the column's type (numbers, days or ids where the operator takes such). */
export interface NamedCondition {
  readonly table: TableName;
  readonly column: string;
  /** Alias of the joined table; the row itself when absent. */
  readonly of?: string | undefined;
  readonly operator: string;
  readonly values: readonly ConditionValue[];
}

/** The column a condition asks, without operator. */
export type Subject = Pick<Condition, 'column' | 'of'>;

/** The filter's opposite, for which an empty value counts as well. */
export function negated(filter: Filter, subject: Subject): Filter {
  return { or: [{ not: filter }, { ...subject, operator: 'null' }] };
}

/** The error of an operator that does not go with its column or values. */
export function misfit(condition: NamedCondition, problem: string): Error {
  const { table, column, operator } = condition;
  return refusedValue('80040203', table, column, `cannot be asked by "${operator.slice(0, 60)}": it ${problem}.`);
}
