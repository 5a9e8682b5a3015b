import { domainToASCII } from 'node:url';
import { normaliseAddress } from '../formats/address.ts';
import type { StoreScope } from '../store/database.ts';
import type { OrganizationSettings } from '../store/organization-settings.ts';
import type { RecordReads } from '../store/record-store.ts';

/** A row that has an address in one of its columns (AD-03). */
export interface AddressMatch {
  readonly table: string;
  readonly id: string;
  /** Which address column of the row, from 1. */
  readonly columnNumber: number;
  readonly isInactive: boolean;
  /** Owner of the row; null where the table has none. */
  readonly ownerId: string | null;
}

/** Rows by normalised address; an address nobody has is absent. */
export type AddressBook = ReadonlyMap<string, readonly AddressMatch[]>;

/** How several matches of one address are dealt with. */
export interface ResolveRules {
  /** ST-42: inactive rows count like active ones. */
  readonly resolveInactive: boolean;
  /** ST-43: a sender with several matches stays unresolved (AD-06). */
  readonly unresolveSender: boolean;
  /** ST-13: a recipient with several matches stays unresolved (AD-11). */
  readonly unresolveRecipients: boolean;
  /** Owner of the mailbox or queue being processed: its rows come first within a table (AD-02). */
  readonly preferredOwnerId: string | undefined;
}

/** What became of a sender's address. */
export interface ResolvedSender {
  readonly match: AddressMatch | undefined;
  /** True when several matches kept it unresolved (AD-06). */
  readonly isDuplicate: boolean;
  /** Tables that have the address, in the order of AD-01. */
  readonly tables: readonly string[];
}

/** AD-01; tables not named come last. */
const tableOrder = ['systemuser', 'contact', 'account', 'lead', 'equipment', 'team', 'businessunit', 'queue'];

/** More matches than this leave an address unresolved (AD-04). */
const mostMatches = 100;

const pageLimit = 10;

/** The rules that an organisation's settings make. */
export function resolveRules(settings: OrganizationSettings, preferredOwnerId: string | undefined): ResolveRules {
  return {
    resolveInactive: settings.switches.ResolveForInactiveEntities,
    unresolveSender: settings.switches.UnresolveSenderInCaseOfMultipleMatch,
    unresolveRecipients: settings.unresolveOnMultipleMatch,
    preferredOwnerId,
  };
}

const bookColumns = Object.freeze([
  'emailaddress',
  'parentobjectid',
  'mr_columnnumber',
  'mr_isinactive',
  'mr_ownerid',
] as const);

/** Reads who has the addresses, one statement for all of them; keys are `normaliseAddress` forms (AD-05). */
export async function lookUpAddresses(
  scope: { readonly records: Pick<RecordReads, 'retrieveMultiple'> },
  addresses: Iterable<string>,
): Promise<AddressBook> {
  const wanted = new Set<string>();
  for (const address of addresses) {
    if (address === '') continue;
    wanted.add(address);
    wanted.add(wireForm(address));
  }
  const book = new Map<string, AddressMatch[]>();
  if (wanted.size === 0) return book;
  let after: string | undefined;
  for (let page = 0; page < pageLimit; page += 1) {
    const found = await scope.records.retrieveMultiple({
      table: 'emailsearch',
      columns: bookColumns,
      filter: { column: 'emailaddress', operator: 'in', value: [...wanted] },
      ...(after === undefined ? {} : { after }),
    });
    for (const row of found.rows) {
      if (!row.parentobjectid) continue;
      note(book, normaliseAddress(row.emailaddress ?? ''), {
        table: row.parentobjectid.table,
        id: row.parentobjectid.id,
        columnNumber: row.mr_columnnumber ?? 1,
        isInactive: row.mr_isinactive ?? false,
        ownerId: row.mr_ownerid ?? null,
      });
    }
    if (found.next === undefined) break;
    after = found.next;
  }
  return book;
}

/** Every address of the people and companies that have `address`, itself among them where somebody has it; normalised. */
export async function addressesOfSamePerson(scope: StoreScope, address: string): Promise<readonly string[]> {
  const matches = (await lookUpAddresses(scope, [address])).get(address) ?? [];
  if (matches.length === 0 || matches.length > mostMatches) return [];
  const page = await scope.records.retrieveMultiple({
    table: 'emailsearch',
    columns: ['emailaddress'],
    filter: { column: 'parentobjectid', operator: 'in', value: matches.map((match) => match.id) },
  });
  return [...new Set(page.rows.map((row) => normaliseAddress(row.emailaddress ?? '')))];
}

/** One record for a sender: first active match by the order of tables, rows of the preferred owner first (AD-01 to AD-07). Pure. */
export function resolveSender(matches: readonly AddressMatch[] | undefined, rules: ResolveRules): ResolvedSender {
  const eligible = sorted(eligibleOf(matches ?? [], rules), rules);
  const tables = [...new Set(eligible.map((match) => match.table))];
  if (eligible.length > mostMatches) return { match: undefined, isDuplicate: true, tables };
  if (eligible.length > 1 && rules.unresolveSender) return { match: undefined, isDuplicate: true, tables };
  return { match: eligible[0], isDuplicate: false, tables };
}

/** Every record that a recipient's address stands for; none when it stays unresolved (AD-10, AD-11). Pure. */
export function resolveRecipient(
  matches: readonly AddressMatch[] | undefined,
  rules: ResolveRules,
): readonly AddressMatch[] {
  const eligible = sorted(eligibleOf(matches ?? [], rules), rules);
  if (eligible.length > mostMatches) return [];
  return eligible.length > 1 && rules.unresolveRecipients ? [] : eligible;
}

/** AD-07: a disabled user never matches; the only match counts whatever its state, of several the inactive ones do not. */
function eligibleOf(matches: readonly AddressMatch[], rules: ResolveRules): readonly AddressMatch[] {
  const possible = matches.filter((match) => !(match.table === 'systemuser' && match.isInactive));
  if (possible.length <= 1 || rules.resolveInactive) return possible;
  return possible.filter((match) => !match.isInactive);
}

function sorted(matches: readonly AddressMatch[], rules: ResolveRules): readonly AddressMatch[] {
  if (matches.length < 2) return matches;
  const isPreferred = (match: AddressMatch): number =>
    rules.preferredOwnerId !== undefined && match.ownerId === rules.preferredOwnerId ? 0 : 1;
  return [...matches].sort(
    (one, other) =>
      rank(one.table) - rank(other.table) || isPreferred(one) - isPreferred(other) || (one.id < other.id ? -1 : 1),
  );
}

function rank(table: string): number {
  const at = tableOrder.indexOf(table);
  return at < 0 ? tableOrder.length : at;
}

/** A row with the same address in several columns counts once, by its first. */
function note(book: Map<string, AddressMatch[]>, address: string, match: AddressMatch): void {
  const matches = book.get(address) ?? [];
  const same = matches.findIndex((one) => one.id === match.id);
  if (same < 0) matches.push(match);
  else if ((matches[same]?.columnNumber ?? 0) > match.columnNumber) matches[same] = match;
  book.set(address, matches);
}

/** Records may hold an internationalised domain in its ASCII form. */
function wireForm(address: string): string {
  if (/^[ -~]*$/.test(address)) return address;
  const at = address.lastIndexOf('@');
  const domain = domainToASCII(address.slice(at + 1));
  return domain === '' ? address : `${address.slice(0, at)}@${domain}`;
}
