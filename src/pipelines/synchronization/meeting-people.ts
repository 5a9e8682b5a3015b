import type { AttendeeFields, FieldBag, FieldValue } from '../../contracts/act-fields.ts';
import { normaliseAddress } from '../../formats/address.ts';
import type { EntityReference, PartyInput } from '../../tables/table-definition.ts';
import { type AddressBook, lookUpAddresses, resolveRules, resolveSender } from '../parties.ts';
import type { ActReads, ActUser } from './act-type.ts';

/** The party columns of an appointment and their fields. */
export const peopleColumns = {
  requiredAttendees: 'requiredattendees',
  optionalAttendees: 'optionalattendees',
} as const;

/** Tables whose rows can take part in a meeting, in the order in which an address stands for one of them (AA-37, AD-01). */
const attendeeTables: ReadonlySet<string> = new Set(['systemuser', 'contact', 'account', 'lead', 'equipment', 'queue']);

/** The people of a row of appointments. */
export interface MeetingRow {
  readonly requiredattendees?: readonly PartyInput[] | null;
  readonly optionalattendees?: readonly PartyInput[] | null;
  readonly organizer?: readonly PartyInput[] | null;
  readonly ownerid?: EntityReference | null;
}

/** Addresses of rows by their id. */
export type AddressesOf = ReadonlyMap<string, string>;

/** The first address of every party of these rows that was written without one, and of their owners. */
export async function addressesOfParties(records: ActReads, rows: readonly MeetingRow[]): Promise<AddressesOf> {
  const ids = new Set<string>();
  for (const row of rows) {
    for (const party of [...(row.requiredattendees ?? []), ...(row.optionalattendees ?? []), ...(row.organizer ?? [])])
      if (!party.addressused && party.partyid) ids.add(party.partyid.id);
    if (row.ownerid?.table === 'systemuser') ids.add(row.ownerid.id);
  }
  const found = new Map<string, string>();
  if (ids.size === 0) return found;
  const page = await records.retrieveMultiple({
    table: 'emailsearch',
    columns: ['emailaddress', 'parentobjectid', 'mr_columnnumber'],
    filter: { column: 'parentobjectid', operator: 'in', value: [...ids] },
    orderBy: [{ column: 'mr_columnnumber' }],
  });
  for (const row of page.rows)
    if (row.parentobjectid && row.emailaddress && !found.has(row.parentobjectid.id))
      found.set(row.parentobjectid.id, normaliseAddress(row.emailaddress));
  return found;
}

const addressOf = (party: PartyInput, addresses: AddressesOf): string | undefined =>
  party.addressused ? normaliseAddress(party.addressused) : addresses.get(party.partyid?.id ?? '');

/** Attendees and organizer as fields; who has no address is left out (AA-09), an absent organizer is the owner (AA-11). */
export function peopleFields(row: MeetingRow, addresses: AddressesOf): FieldBag {
  const list = (parties: readonly PartyInput[] | null | undefined): FieldValue =>
    sortedAttendees((parties ?? []).flatMap((party) => addressOf(party, addresses) ?? []));
  return {
    requiredAttendees: list(row.requiredattendees),
    optionalAttendees: list(row.optionalattendees),
    organizer: attendee(organizerAddress(row, addresses)),
  };
}

/** Address of the organizer, of the owner where none is named (AA-11). */
export function organizerAddress(row: MeetingRow, addresses: AddressesOf): string | undefined {
  const [organizer] = row.organizer ?? [];
  return (organizer && addressOf(organizer, addresses)) ?? addresses.get(row.ownerid?.id ?? '');
}

/** AA-06: the user is the organizer by record or by address; without organizer, by owning the record (AA-11). */
export function isOrganizer(row: MeetingRow, user: ActUser, addresses: AddressesOf): boolean {
  const [organizer] = row.organizer ?? [];
  if (organizer === undefined) return row.ownerid?.id === user.systemuserid;
  return organizer.partyid?.id === user.systemuserid || addressOf(organizer, addresses) === user.address;
}

const attendee = (address: string | undefined): FieldValue => (address === undefined ? null : { address, name: null });

const sortedAttendees = (addresses: readonly string[]): FieldValue =>
  [...new Set(addresses)].sort().map((address) => ({ address, name: null }));

/** Attendees as Exchange gives them back: sorted, each once, the organizer not among them. */
export function normalAttendees(bag: FieldBag): FieldBag {
  const organizer = (bag.organizer as AttendeeFields | null | undefined)?.address;
  const required = new Set(addressesIn(bag.requiredAttendees).filter((address) => address !== organizer));
  const optional = addressesIn(bag.optionalAttendees).filter((one) => one !== organizer && !required.has(one));
  return {
    requiredAttendees: sortedAttendees([...required]),
    optionalAttendees: sortedAttendees(optional),
    organizer: bag.organizer ?? null,
  };
}

function addressesIn(value: FieldValue | undefined): string[] {
  return ((value ?? []) as unknown as readonly AttendeeFields[]).map(({ address }) => address);
}

/** Who the record's parties are, by address; remembered so that a changed list keeps those it already had. */
export function partiesByAddress(row: MeetingRow, addresses: AddressesOf): string {
  const parties: Record<string, PartyInput> = {};
  for (const party of [...(row.requiredattendees ?? []), ...(row.optionalattendees ?? [])]) {
    const address = addressOf(party, addresses);
    if (address !== undefined && party.partyid) parties[address] = { partyid: party.partyid, addressused: address };
  }
  return JSON.stringify(parties);
}

/** Parties of the record that have no address, so that no list from Exchange drops them (AA-09). */
export function partiesWithout(row: MeetingRow, addresses: AddressesOf): string {
  const without = (parties: readonly PartyInput[] | null | undefined): readonly PartyInput[] =>
    (parties ?? []).filter((party) => addressOf(party, addresses) === undefined);
  return JSON.stringify({
    requiredAttendees: without(row.requiredattendees),
    optionalAttendees: without(row.optionalattendees),
  });
}

/** Whose the addresses of these fields are (AA-37). */
export function prepareMeeting(records: ActReads, bags: readonly FieldBag[]): Promise<AddressBook> {
  const addresses = new Set<string>();
  for (const fields of bags) {
    const organizer = (fields.organizer as AttendeeFields | null | undefined)?.address;
    if (organizer !== undefined) addresses.add(organizer);
    for (const address of addressesIn(fields.requiredAttendees)) addresses.add(address);
    for (const address of addressesIn(fields.optionalAttendees)) addresses.add(address);
  }
  return lookUpAddresses({ records }, addresses);
}

/** What is known about the record's parties before a write. */
export interface KnownParties {
  readonly byAddress: string | null;
  readonly without: string | null;
}

/** Party columns for the people among the fields; each address becomes one record's party or an unresolved one (AA-37). */
export function partyColumns(
  fields: FieldBag,
  known: KnownParties,
  user: ActUser,
  book: AddressBook,
): Record<string, readonly PartyInput[]> {
  const columns: Record<string, readonly PartyInput[]> = {};
  const kept = JSON.parse(known.byAddress ?? '{}') as Record<string, PartyInput>;
  const without = JSON.parse(known.without ?? '{}') as Record<string, readonly PartyInput[]>;
  for (const [field, column] of Object.entries(peopleColumns)) {
    if (fields[field] === undefined) continue;
    const parties = addressesIn(fields[field]).map((address) => kept[address] ?? partyOf(address, user, book));
    columns[column] = [...parties, ...(without[field] ?? [])];
  }
  const organizer = (fields.organizer as AttendeeFields | null | undefined)?.address;
  if (organizer !== undefined) columns.organizer = [partyOf(organizer, user, book, new Set(['systemuser']))];
  return columns;
}

function partyOf(
  address: string,
  user: ActUser,
  book: AddressBook,
  tables: ReadonlySet<string> = attendeeTables,
): PartyInput {
  if (address === user.address)
    return { partyid: { table: 'systemuser', id: user.systemuserid }, addressused: address };
  const possible = (book.get(address) ?? []).filter(({ table }) => tables.has(table));
  const { match } = resolveSender(possible, resolveRules(user.settings, user.systemuserid));
  const partyid = match === undefined ? null : { table: match.table, id: match.id };
  return { partyid, addressused: address, ...(partyid === null ? { unresolvedpartyname: address } : {}) };
}

/** AA-34: the organizer where he is a user of ours, else whoever tracked the item. */
export function ownerOf(fields: FieldBag, user: ActUser, book: AddressBook): EntityReference {
  const organizer = (fields.organizer as AttendeeFields | null | undefined)?.address;
  const party = organizer === undefined ? undefined : partyOf(organizer, user, book, new Set(['systemuser']));
  return party?.partyid ?? { table: 'systemuser', id: user.systemuserid };
}
