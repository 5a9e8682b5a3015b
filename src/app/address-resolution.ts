import { MailroomError } from '../base/errors.ts';
import { cutText } from '../formats/cut-text.ts';
import { personName } from '../formats/person-name.ts';
import { resolveAddress } from '../rules/resolve-address.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import type { EntityReference } from '../tables/table-definition.ts';

/** A contact or lead to make of an address. */
export interface NewPerson {
  readonly table: 'contact' | 'lead';
  /** As a mail program shows it; empty takes the address. */
  readonly name: string;
  /** Topic of a lead; its name when absent. */
  readonly topic?: string;
}

/** What an unresolved address is to be: an existing record, or a new contact or lead. */
export interface AddressResolution {
  readonly address: string;
  readonly target: EntityReference | undefined;
  readonly create: NewPerson | undefined;
  /** Whether the record gets the address, so that new mail resolves too. */
  readonly keepsAddress: boolean;
}

const addressColumns = ['emailaddress1', 'emailaddress2', 'emailaddress3'] as const;

/** Longest address that a record takes. */
const longestAddress = 100;

/** Resolves an address in all mail in one transaction (AD-14): makes or takes the record, gives it the address where it has room for one, resolves the parties. */
export async function resolveOneAddress(
  store: RuledStore,
  resolution: AddressResolution,
): Promise<{ readonly record: EntityReference; readonly resolved: number }> {
  const address = resolution.address.trim();
  const { target, create, keepsAddress } = resolution;
  return store.together(async (inside) => {
    if (target !== undefined && keepsAddress) await keepAddress(inside, target, address);
    const record = target ?? (await makePerson(inside, address, create, keepsAddress));
    return { record, resolved: await inside.act((rules) => resolveAddress(rules, address, record)) };
  });
}

/** Makes a contact or lead of an address. Throws 80040203 when none was asked for. */
export async function makePerson(
  store: RuledStore,
  address: string,
  create: NewPerson | undefined,
  keepsAddress: boolean,
): Promise<EntityReference> {
  if (create === undefined) {
    throw new MailroomError('Nothing says whose the address is. Name a record, or ask for a new contact or lead.', {
      code: '80040203',
      kind: 'item',
    });
  }
  const { table, name, topic } = create;
  const person = {
    ...personName({ name, address }),
    ...(keepsAddress && address.length <= longestAddress ? { emailaddress1: address } : {}),
  };
  if (table === 'contact') return { table, id: await store.create('contact', person) };
  const subject = cutText(topic || name || address, 50);
  const id = await store.create('lead', { ...person, subject, description: `Made of mail from ${address}.` });
  return { table, id };
}

/** Users and queues keep the address they receive mail at; the others take it into their first free column. */
async function keepAddress(store: RuledStore, record: EntityReference, address: string): Promise<void> {
  if (!['account', 'contact', 'lead'].includes(record.table) || address.length > longestAddress) return;
  const table = record.table as 'contact';
  const row = await store.retrieve(table, record.id, [...addressColumns]);
  if (row === undefined || addressColumns.some((column) => row[column]?.toLowerCase() === address.toLowerCase()))
    return;
  const free = addressColumns.find((column) => !row[column]);
  if (free !== undefined) await store.update(table, record.id, { [free]: address });
}
