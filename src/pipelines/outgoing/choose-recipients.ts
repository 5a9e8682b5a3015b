import { MailroomError } from '../../base/errors.ts';
import { isMailAddress } from '../../base/mail-address-check.ts';
import type { MailAddress } from '../../contracts/mail-message.ts';
import { normaliseAddress } from '../../formats/address.ts';
import { DeliveryStatus, PartyMask } from '../../tables/choices.ts';
import type { PartyRow, Recipient } from './outgoing-email.ts';

/** Who a message names and who it goes to. */
export interface ChosenRecipients {
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  readonly bcc: readonly MailAddress[];
  /** Envelope: every address once, without those dealt with on earlier attempts. */
  readonly recipients: readonly Recipient[];
  readonly acceptedBefore: number;
  readonly rejectedBefore: readonly string[];
}

/**
 * Headers and envelope out of an email's parties: every address once, in the most visible field it stands in (To before Cc before Bcc).
 * A recipient accepted before is not sent to again; one rejected or bounced before is left out of a retry, but not of a new request (`attempts` 0).
 * Throws MailroomError of kind item: 80040B04 without any recipient, 80040B00 without an address, 80044192 for a malformed one,
 * 80040B0B for an unresolved one where these are not allowed (OU-02, OU-08).
 */
export function chooseRecipients(
  parties: readonly PartyRow[],
  nameOf: (party: PartyRow) => string,
  allowUnresolved: boolean,
  attempts: number,
): ChosenRecipients {
  if (parties.length === 0) throw refusal('80040B04', 'The email has no recipient. Add one and send it again.');
  const seen = new Map<string, { readonly mask: number; readonly shown: MailAddress; readonly parties: PartyRow[] }>();
  const inOrder = [...parties].sort((a, b) => (a.participationtypemask ?? 0) - (b.participationtypemask ?? 0));
  for (const party of inOrder) {
    const address = checkedAddress(party, allowUnresolved);
    const key = normaliseAddress(address);
    const known = seen.get(key);
    if (known !== undefined) known.parties.push(party);
    else {
      const shown = { name: nameOf(party), address };
      seen.set(key, { mask: party.participationtypemask ?? PartyMask.to, shown, parties: [party] });
    }
  }
  const all = [...seen.values()];
  const named = (mask: number): MailAddress[] => all.filter((one) => one.mask === mask).map((one) => one.shown);
  const has = (one: { readonly parties: readonly PartyRow[] }, status: number): boolean =>
    one.parties.some((party) => party.mr_deliverystatus === status);
  const accepted = all.filter((one) => has(one, DeliveryStatus.accepted));
  const isOut = (one: { readonly parties: readonly PartyRow[] }): boolean =>
    has(one, DeliveryStatus.rejected) || has(one, DeliveryStatus.bounced);
  const rejected = all.filter((one) => attempts > 0 && !accepted.includes(one) && isOut(one));
  const left = all.filter((one) => !accepted.includes(one) && !rejected.includes(one));
  return {
    to: named(PartyMask.to),
    cc: named(PartyMask.cc),
    bcc: named(PartyMask.bcc),
    recipients: left.map((one) => ({
      address: one.shown.address,
      partyIds: one.parties.flatMap((party) => (party.activitypartyid ? [party.activitypartyid] : [])),
    })),
    acceptedBefore: accepted.length,
    rejectedBefore: rejected.map((one) => one.shown.address),
  };
}

function checkedAddress(party: PartyRow, allowUnresolved: boolean): string {
  const address = party.addressused?.trim() ?? '';
  const who = `${party.partyid?.table ?? 'recipient'} ${party.partyid?.id ?? party.unresolvedpartyname ?? ''}`.trim();
  if (address === '') {
    throw refusal('80040B00', `The recipient (${who}) has no email address. Enter one, or remove the recipient.`);
  }
  if (!isMailAddress(address)) {
    throw refusal('80044192', `The recipient's address "${address}" is not valid. Correct it and send again.`);
  }
  if (!party.partyid && !allowUnresolved) {
    throw refusal(
      '80040B0B',
      `Recipient ${address} is not linked to a record, and this organisation does not send to such recipients. Link it to one, or allow messages with unresolved recipients.`,
    );
  }
  return address;
}

const refusal = (code: string, message: string): MailroomError => new MailroomError(message, { code, kind: 'item' });
