import type { MailAddress } from '../../contracts/mail-message.ts';
import { normaliseAddress, parseAddressList } from '../../formats/address.ts';
import { PartyMask } from '../../tables/choices.ts';
import type { EntityReference } from '../../tables/table-definition.ts';
import {
  type AddressBook,
  type AddressMatch,
  type ResolvedSender,
  type ResolveRules,
  resolveRecipient,
  resolveSender,
} from '../parties.ts';
import type { IncomingMail, MailRecipient } from './incoming-mail.ts';

/** A recipient with the records that stand for it; none when it stays unresolved. */
export interface ResolvedRecipient {
  readonly recipient: MailRecipient;
  readonly matches: readonly AddressMatch[];
}

/** Who is behind the addresses of a message. */
export interface ResolvedPeople {
  readonly sender: ResolvedSender;
  readonly recipients: readonly ResolvedRecipient[];
  /** Users and queues among To, Cc and Bcc, and those an alias was delivered for; in that order, each once (IN-14, OW-01). */
  readonly principals: readonly EntityReference[];
}

/** The mailbox being read, as far as addresses go. */
export interface MailboxAddresses {
  readonly owner: EntityReference | undefined;
  /** Normalised. */
  readonly main: string;
  /** Normalised further addresses of the mailbox (`mr_alternateaddresses`). */
  readonly alternates: ReadonlySet<string>;
  /** How the owner is named where it is a recipient whether or not the message says so (FW-06). */
  readonly addedRecipient?: MailAddress | undefined;
}

/** Header fields in which servers keep the address a message was delivered for. */
const deliveredFields = ['x-original-to', 'envelope-to', 'delivered-to'];

/** The addresses of a mailbox row. */
export function mailboxAddresses(mailbox: {
  readonly regardingobjectid?: EntityReference | null;
  readonly emailaddress?: string | null;
  readonly mr_alternateaddresses?: string | null;
}): MailboxAddresses {
  const listed = (mailbox.mr_alternateaddresses ?? '').split(/[\s,;]+/).map(normaliseAddress);
  return {
    owner: mailbox.regardingobjectid ?? undefined,
    main: normaliseAddress(mailbox.emailaddress ?? ''),
    alternates: new Set(listed.filter((address) => address !== '')),
  };
}

/** Every address of a message that the address book is asked for. */
export function addressesOf(mail: IncomingMail): string[] {
  const named = [...mail.recipients.map((recipient) => recipient.address), ...deliveredFor(mail)];
  return [mail.senderAddress, ...named, ...named.flatMap((address) => withoutTag(address) ?? [])];
}

/** Resolves sender and recipients of a message (ch. AD); tagged (`name+tag@`) and alternate addresses stand for their user or queue. Pure. */
export function resolvePeople(
  mail: IncomingMail,
  book: AddressBook,
  rules: ResolveRules,
  mailbox: MailboxAddresses,
): ResolvedPeople {
  const principals = new Map<string, EntityReference>();
  const note = (matches: readonly AddressMatch[]): void => {
    for (const { table, id, isInactive } of matches) {
      if (isPrincipal(table) && !isInactive) principals.set(id, { table, id });
    }
  };
  const recipients = mail.recipients.map((recipient) => {
    const own = book.get(recipient.address) ?? [];
    const stands = own.some(({ table }) => isPrincipal(table)) ? own : standIn(recipient.address, book, mailbox);
    note(stands);
    return { recipient, matches: resolveRecipient(own.length > 0 ? own : stands, rules) };
  });
  for (const address of deliveredFor(mail)) {
    if (address === mailbox.main) continue;
    const own = (book.get(address) ?? []).filter(({ table }) => isPrincipal(table));
    note(own.length > 0 ? own : standIn(address, book, mailbox));
  }
  const added = addedRecipient(principals, mailbox);
  if (added !== undefined) {
    note(added.matches);
    recipients.push(added);
  }
  return {
    sender: resolveSender(book.get(mail.senderAddress), rules),
    recipients,
    principals: [...principals.values()],
  };
}

/** FW-06: who forwarded a message got it, as a Bcc where it is not named among the recipients. */
function addedRecipient(
  principals: ReadonlyMap<string, EntityReference>,
  { owner, main, addedRecipient: written }: MailboxAddresses,
): ResolvedRecipient | undefined {
  if (owner === undefined || written === undefined || principals.has(owner.id)) return undefined;
  const match = { table: owner.table, id: owner.id, columnNumber: 1, isInactive: false, ownerId: null };
  return { recipient: { mask: PartyMask.bcc, written, address: main }, matches: [match] };
}

/** The user or queue that an address means without being its own. */
function standIn(address: string, book: AddressBook, mailbox: MailboxAddresses): readonly AddressMatch[] {
  const { owner } = mailbox;
  const bare = withoutTag(address);
  const isOurs = mailbox.alternates.has(address) || (bare !== undefined && mailbox.alternates.has(bare));
  if (owner !== undefined && isOurs) {
    return [{ table: owner.table, id: owner.id, columnNumber: 1, isInactive: false, ownerId: null }];
  }
  return bare === undefined ? [] : (book.get(bare) ?? []).filter(({ table }) => isPrincipal(table));
}

function withoutTag(address: string): string | undefined {
  const match = /^([^+@]+)\+[^@]*(@.+)$/.exec(address);
  return match === null ? undefined : `${match[1]}${match[2]}`;
}

function deliveredFor(mail: IncomingMail): string[] {
  const values = deliveredFields.flatMap((name) => (mail.message.headers.get(name) ?? []).slice(0, 3));
  // One delivery may stand for several addresses (Exim's Envelope-to).
  const each = values.flatMap((value) =>
    value.includes(',') ? parseAddressList(value).map(({ address }) => address) : value,
  );
  return each.map(normaliseAddress).filter((address) => address !== '');
}

const isPrincipal = (table: string): boolean => table === 'systemuser' || table === 'queue';
