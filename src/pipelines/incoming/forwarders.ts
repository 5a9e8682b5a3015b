import type { MailAddress } from '../../contracts/mail-message.ts';
import { normaliseAddress } from '../../formats/address.ts';
import type { StoreScope } from '../../store/database.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import { DeliveryMethod } from '../../tables/choices.ts';
import type { EntityReference } from '../../tables/table-definition.ts';
import { lookUpAddresses } from '../parties.ts';
import { type MailboxAddresses, mailboxAddresses } from './resolve-people.ts';

/** A user or queue that forwards its mail, with the mailbox that stands for it. */
export interface Forwarder {
  readonly mailboxid: string;
  readonly addresses: MailboxAddresses & { readonly owner: EntityReference };
}

/** Who forwarded, or why nobody did who may. */
export type ForwarderAnswer = { readonly forwarder: Forwarder } | { readonly refusal: string };

/** Answers who stands behind the addresses a forwarded message came from (FW-03). */
export type FindForwarder = (addresses: readonly MailAddress[]) => ForwarderAnswer;

/** True for a mailbox row without a user or queue: a forward mailbox (AR-04, FW-01). */
export function isForwardMailbox(mailbox: Pick<RecordOf<'mailbox'>, 'regardingobjectid'>): boolean {
  return mailbox.regardingobjectid == null;
}

/** Looks up the forwarders of a group of messages, in a few statements whatever their number. */
export async function lookUpForwarders(scope: StoreScope, addresses: readonly MailAddress[]): Promise<FindForwarder> {
  const book = await lookUpAddresses(
    scope,
    addresses.map(({ address }) => normaliseAddress(address)),
  );
  const ownersOf = (address: string): EntityReference[] =>
    (book.get(normaliseAddress(address)) ?? []).flatMap(({ table, id, isInactive }) =>
      (table === 'systemuser' || table === 'queue') && !isInactive ? [{ table, id }] : [],
    );
  const owners = addresses.flatMap(({ address }) => ownersOf(address));
  const mailboxes = await readMailboxes(
    scope,
    owners.map(({ id }) => id),
  );
  return (asked) => {
    const known = asked.find(({ address }) => ownersOf(address).length > 0);
    for (const { address, name } of asked) {
      for (const owner of ownersOf(address)) {
        const mailbox = mailboxes.get(owner.id);
        if (mailbox !== undefined) return { forwarder: forwarderOf(mailbox, owner, { address, name }) };
      }
    }
    const who = known?.address ?? asked[0]?.address;
    if (who === undefined) return { refusal: 'It does not say who forwarded it.' };
    return {
      refusal:
        known === undefined
          ? `${who}, who forwarded it, is no user or queue.`
          : `${who}, who forwarded it, does not use a forward mailbox. Set the incoming delivery method of that mailbox to Forward Mailbox (3).`,
    };
  };
}

type MailboxRow = RecordOf<'mailbox'>;

function forwarderOf(mailbox: MailboxRow, owner: EntityReference, written: MailAddress): Forwarder {
  const addresses = mailboxAddresses(mailbox);
  const main = addresses.main === '' ? normaliseAddress(written.address) : addresses.main;
  return { mailboxid: mailbox.mailboxid ?? '', addresses: { ...addresses, main, owner, addedRecipient: written } };
}

/** Mailboxes of users and queues whose incoming mail comes through a forward mailbox, by their owner. */
async function readMailboxes(scope: StoreScope, ownerIds: readonly string[]): Promise<ReadonlyMap<string, MailboxRow>> {
  if (ownerIds.length === 0) return new Map();
  const page = await scope.records.retrieveMultiple({
    table: 'mailbox',
    columns: ['mailboxid', 'regardingobjectid', 'emailaddress', 'mr_alternateaddresses'],
    filter: {
      and: [
        { column: 'regardingobjectid', operator: 'in', value: [...new Set(ownerIds)] },
        { column: 'incomingemaildeliverymethod', operator: 'eq', value: DeliveryMethod.forward },
      ],
    },
  });
  return new Map(page.rows.map((row) => [row.regardingobjectid?.id ?? '', row]));
}
