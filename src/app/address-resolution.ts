import { MailroomError } from '../base/errors.ts';
import { cutText } from '../formats/cut-text.ts';
import { personName } from '../formats/person-name.ts';
import { resolveAddress } from '../rules/resolve-address.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import type { EntityReference } from '../tables/table-definition.ts';

/** What an unresolved address is to be: an existing record, or a new contact or lead. */
export interface AddressResolution {
  readonly address: string;
  readonly target: EntityReference | undefined;
  readonly create: { readonly table: 'contact' | 'lead'; readonly name: string } | undefined;
  /** Whether the record gets the address, so that new mail resolves too. */
  readonly keepsAddress: boolean;
}

const addressColumns = ['emailaddress1', 'emailaddress2', 'emailaddress3'] as const;

/** Resolves an address in all mail in one transaction (AD-14): makes or takes the record, gives it the address where it has room for one, resolves the parties. */
export async function resolveOneAddress(
  store: RuledStore,
  resolution: AddressResolution,
): Promise<{ readonly record: EntityReference; readonly resolved: number }> {
  const address = resolution.address.trim();
  return store.together(async (inside) => {
    const record = resolution.target ?? (await createRecord(inside, address, resolution.create));
    if (resolution.keepsAddress) await keepAddress(inside, record, address);
    return { record, resolved: await inside.act((rules) => resolveAddress(rules, address, record)) };
  });
}

async function createRecord(
  store: RuledStore,
  address: string,
  create: AddressResolution['create'],
): Promise<EntityReference> {
  if (create === undefined) {
    throw new MailroomError('Nothing says whose the address is. Name a record, or ask for a new contact or lead.', {
      code: '80040203',
      kind: 'item',
    });
  }
  const name = personName({ name: create.name, address });
  const id =
    create.table === 'contact'
      ? await store.create('contact', name)
      : await store.create('lead', {
          ...name,
          subject: cutText(create.name || address, 50),
          description: `Made of mail from ${address}.`,
        });
  return { table: create.table, id };
}

/** Users and queues keep the address they receive mail at; the others take it into their first free column. */
async function keepAddress(store: RuledStore, record: EntityReference, address: string): Promise<void> {
  if (!['account', 'contact', 'lead'].includes(record.table)) return;
  const table = record.table as 'contact';
  const row = await store.retrieve(table, record.id, [...addressColumns]);
  if (row === undefined || addressColumns.some((column) => row[column]?.toLowerCase() === address.toLowerCase()))
    return;
  const free = addressColumns.find((column) => !row[column]);
  if (free !== undefined) await store.update(table, record.id, { [free]: address });
}
