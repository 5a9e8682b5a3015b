import { conditionsText } from '../../text/conditions.ts';
import type { PickableTable } from '../pickable-table.ts';

/** Tables whose records are chosen by name, with the column of their name and one that tells namesakes apart. */
const known: readonly Omit<PickableTable, 'label'>[] = [
  { table: 'systemuser', nameColumn: 'fullname', hintColumn: 'internalemailaddress' },
  { table: 'team', nameColumn: 'name', hintColumn: 'name' },
  { table: 'queue', nameColumn: 'name', hintColumn: 'emailaddress' },
  { table: 'account', nameColumn: 'name', hintColumn: 'emailaddress1' },
  { table: 'contact', nameColumn: 'fullname', hintColumn: 'emailaddress1' },
  { table: 'lead', nameColumn: 'fullname', hintColumn: 'emailaddress1' },
  { table: 'businessunit', nameColumn: 'name', hintColumn: 'name' },
  { table: 'mailbox', nameColumn: 'name', hintColumn: 'emailaddress' },
];

/** Of the tables that a lookup leads to, those whose records can be chosen by name. */
export function pickableTables(targets: readonly string[]): readonly PickableTable[] {
  const names: Readonly<Record<string, string>> = conditionsText.tables;
  return known
    .filter(({ table }) => targets.includes(table))
    .map((one) => ({ ...one, label: names[one.table] ?? one.table }));
}
