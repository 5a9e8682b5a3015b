import type { Client, Page } from '../../api/client.ts';
import { pathOf, type ShownTable } from '../../api/entity-sets.ts';
import { queryString, quote } from '../../api/odata.ts';

/** Whose an address is: the navigation property of a party and the record's path. */
export interface PartyRecord {
  readonly table: ShownTable;
  readonly id: string;
}

/** Tables that are looked in, in this order, and their address columns. */
const places = [
  ['systemuser', 'systemuserid', ['internalemailaddress']],
  ['queue', 'queueid', ['emailaddress']],
  ['contact', 'contactid', ['emailaddress1', 'emailaddress2', 'emailaddress3']],
  ['account', 'accountid', ['emailaddress1', 'emailaddress2', 'emailaddress3']],
  ['lead', 'leadid', ['emailaddress1', 'emailaddress2', 'emailaddress3']],
] as const satisfies readonly (readonly [ShownTable, string, readonly string[]])[];

/** The records that addresses belong to, as far as the user may see them; an address nobody has is not in the answer. */
export async function findRecords(
  client: Client,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, PartyRecord>> {
  const found = new Map<string, PartyRecord>();
  for (const address of new Set(addresses)) {
    const record = await findRecord(client, address);
    if (record !== undefined) found.set(address, record);
  }
  return found;
}

async function findRecord(client: Client, address: string): Promise<PartyRecord | undefined> {
  for (const [table, idColumn, columns] of places) {
    const $filter = `(${columns.map((column) => `${column} eq ${quote(address)}`).join(' or ')}) and ${isActive(table)}`;
    const path = `${pathOf(table)}${queryString({ $select: idColumn, $filter, $top: 1 })}`;
    const [row] = (await client.request<Page<Readonly<Record<string, string>>>>(path)).value;
    const id = row?.[idColumn];
    if (id !== undefined) return { table, id };
  }
  return undefined;
}

const isActive = (table: ShownTable): string => (table === 'systemuser' ? 'isdisabled eq false' : 'statecode eq 0');
