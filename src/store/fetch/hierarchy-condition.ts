import type { TableName } from '../../tables/catalog.ts';
import type { Filter } from '../record-store.ts';
import { refusedValue } from '../refused-value.ts';
import { layoutOf } from '../table-layout.ts';
import { type NamedCondition, negated, type Subject } from './named-condition.ts';

/** Lookups that make a tree of their table. */
const parents: Readonly<Partial<Record<TableName, string>>> = {
  account: 'parentaccountid',
  businessunit: 'parentbusinessunitid',
  contact: 'parentcontactid',
  email: 'parentactivityid',
  systemuser: 'parentsystemuserid',
};

const places: Readonly<
  Record<string, { readonly direction: 'under' | 'above'; readonly withSelf: boolean; readonly isNegated?: boolean }>
> = {
  under: { direction: 'under', withSelf: false },
  'not-under': { direction: 'under', withSelf: false, isNegated: true },
  'eq-or-under': { direction: 'under', withSelf: true },
  above: { direction: 'above', withSelf: false },
  'eq-or-above': { direction: 'above', withSelf: true },
};

/** True for operators about a place in a tree. */
export function isHierarchyOperator(operator: string): boolean {
  return Object.hasOwn(places, operator);
}

/** A condition about a place in a tree; the column is the primary id of a table that makes one, or a lookup to it. Throws 80040203. */
export function hierarchyCondition(condition: NamedCondition, subject: Subject): Filter {
  const layout = layoutOf(condition.table);
  const column = layout.columns.get(condition.column);
  const isOwnId = condition.column === layout.definition.primaryId;
  const table =
    isOwnId || column?.storage.kind !== 'reference' || column.storage.tableColumn !== undefined
      ? condition.table
      : (column.storage.onlyTable as TableName);
  const parent = parents[table];
  if (parent === undefined || (!isOwnId && column?.storage.kind !== 'reference')) {
    throw refusedValue('80040203', condition.table, condition.column, 'names no record of a table that makes a tree.');
  }
  const { direction, withSelf, isNegated } = places[condition.operator] ?? { direction: 'under', withSelf: false };
  const id = String(condition.values[0]);
  const placed: Filter = { hierarchy: { ...subject, table, parent, direction, id, withSelf } };
  return isNegated ? negated(placed, subject) : placed;
}
