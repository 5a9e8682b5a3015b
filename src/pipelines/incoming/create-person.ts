import type { MailAddress } from '../../contracts/mail-message.ts';
import { normaliseAddress } from '../../formats/address.ts';
import { cutText } from '../../formats/cut-text.ts';
import { personName } from '../../formats/person-name.ts';
import { indexAddresses } from '../../store/address-index.ts';
import type { StoreScope } from '../../store/database.ts';
import { resolveParties } from '../../store/resolve-parties.ts';
import { AutoCreatePerson } from '../../tables/choices.ts';
import type { EntityReference } from '../../tables/table-definition.ts';
import { type AddressMatch, lookUpAddresses } from '../parties.ts';

/** A sender nobody knows, and what becomes of it. */
export interface NewPerson {
  readonly table: 'contact' | 'lead';
  readonly sender: MailAddress;
  /** Who comes to own the record. */
  readonly owner: EntityReference;
  /** Topic of a lead. */
  readonly subject: string;
  /** ST-14: earlier mail of the address is resolved too. */
  readonly resolvesSimilar: boolean;
}

/** What an unknown sender becomes when a user tracks mail by hand: with ST-30 on what the user's option says (AD-16, PO-04). Pure. */
export function personToCreate(
  isSwitchedOn: boolean,
  option: number | null | undefined,
): NewPerson['table'] | undefined {
  if (!isSwitchedOn) return undefined;
  if (option === AutoCreatePerson.contact) return 'contact';
  return option === AutoCreatePerson.lead ? 'lead' : undefined;
}

/** Makes a contact or lead of an unknown sender (AD-16), or finds the one that another worker has just made. Returns it as address resolution would. */
export async function createPerson(scope: StoreScope, person: NewPerson): Promise<AddressMatch> {
  const { table, sender, owner } = person;
  const address = normaliseAddress(sender.address);
  await scope.sql("select pg_advisory_xact_lock(hashtextextended('person ' || $1, 0))", [address]);
  const known = (await lookUpAddresses(scope, [address])).get(address)?.[0];
  if (known !== undefined) return known;
  const name = personName(sender);
  const values = {
    ...name,
    fullname: [name.firstname, name.lastname].filter(Boolean).join(' '),
    ...(sender.address.length <= 100 ? { emailaddress1: sender.address } : {}),
    ownerid: owner,
  };
  const id =
    table === 'contact'
      ? await scope.records.create('contact', values)
      : await scope.records.create('lead', {
          ...values,
          subject: cutText(person.subject, 50) || name.lastname,
          description: `Made of mail from ${sender.address}.`,
        });
  await indexAddresses(scope, table, id);
  if (person.resolvesSimilar) await resolveParties(scope, sender.address, { table, id });
  return { table, id, columnNumber: 1, isInactive: false, ownerId: owner.id };
}
