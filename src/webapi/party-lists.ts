import type { TableDefinition } from '../tables/table-definition.ts';

const maskByColumn: Readonly<Record<string, number>> = {
  from: 1,
  to: 2,
  cc: 3,
  bcc: 4,
  requiredattendees: 5,
  optionalattendees: 6,
  organizer: 7,
  resources: 10,
  customers: 11,
  related: 13,
};

/** The party list columns of an activity table by `participationtypemask`. */
export function partyListsOf(table: TableDefinition): ReadonlyMap<number, string> {
  const lists = new Map<number, string>();
  for (const [name, column] of Object.entries(table.columns)) {
    const mask = maskByColumn[name];
    if (column.type === 'PartyList' && mask !== undefined) lists.set(mask, name);
  }
  return lists;
}
