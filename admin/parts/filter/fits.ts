import { type ConditionGroup, type ConditionPart, type ConditionRow, rowsOf } from './condition-model.ts';
import { type OperatorName, operatorNamed, operators } from './operators.ts';
import type { TableColumn } from './table-columns.ts';

/** Columns by name. */
export type ColumnsByName = ReadonlyMap<string, TableColumn>;

/** True when every row asks a column that the table has, by an operator that goes with it. */
export function fits(group: ConditionGroup, columns: ColumnsByName): boolean {
  return rowsOf(group).every(({ column, operator, values }) => {
    const known = columns.get(column);
    if (known === undefined) return false;
    if (!(operatorNamed(operator)?.kinds ?? []).includes(known.kind)) return false;
    const isListed = known.kind === 'choice' || known.kind === 'choices' || known.kind === 'boolean';
    if (isListed) return values.every((value) => known.options.some(([option]) => option === value));
    // Instants of the hour are shown as days; what is finer stays text.
    return known.kind !== 'date' || values.every((value) => /^\d+$|^\d{4}-\d\d-\d\d$/.test(value));
  });
}

/** True when nothing of a row is left to be filled in. */
export function isComplete({ column, operator, values }: ConditionRow): boolean {
  const takes = operatorNamed(operator)?.takes;
  if (column === '' || takes === undefined) return false;
  if (takes === 'none') return true;
  return values.length > 0 && values.every((value) => value !== '');
}

/** The operators that go with a column, in the order in which they are offered. */
export function operatorsFor(column: TableColumn | undefined, isFetch: boolean): readonly OperatorName[] {
  return (Object.keys(operators) as OperatorName[]).filter((name) => {
    const one = operatorNamed(name);
    return column !== undefined && one?.kinds.includes(column.kind) && (isFetch || one.isFetchOnly !== true);
  });
}

/** The group without the rows that are not complete. */
export function completeOf(group: ConditionGroup): ConditionGroup {
  const parts = group.parts.flatMap((part): readonly ConditionPart[] => {
    if (part.kind === 'group') return [completeOf(part)];
    return isComplete(part) ? [part] : [];
  });
  return { ...group, parts };
}
