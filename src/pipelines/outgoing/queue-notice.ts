import { textToHtml } from '../../formats/text-to-html.ts';
import type { StoreScope } from '../../store/database.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import {
  Approval,
  DeliveryMethod,
  EmailState,
  EmailStatus,
  PartyMask,
  RecordState,
  SendOutcome,
} from '../../tables/choices.ts';
import type { EntityReference } from '../../tables/table-definition.ts';

/** A mail of the service itself to one of its people. */
export interface Notice {
  /** The user it is for. */
  readonly to: EntityReference;
  readonly address: string;
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
  /** The profile in trouble: its mailboxes carry the notice only when no other can. */
  readonly troubledProfileId: string;
  /** Mailboxes that must not carry it: those that it is about. */
  readonly troubledMailboxIds?: readonly string[];
}

type Carrier = Pick<RecordOf<'mailbox'>, 'mailboxid' | 'emailaddress' | 'emailserverprofile' | 'regardingobjectid'>;

/** Candidates looked at, of each kind. */
const mostCandidates = 50;

/**
 * Stores a notice as an email in Pending Send, from a mailbox that sends well at present; the outgoing pipeline does the rest, with its
 * retries. Returns the address it is sent from; undefined when no mailbox can send, and then nothing is stored.
 */
export async function queueNotice(scope: StoreScope, notice: Notice): Promise<string | undefined> {
  const carrier = (await findCarrier(scope, notice, 'ne')) ?? (await findCarrier(scope, notice, 'eq'));
  const sender = carrier?.regardingobjectid;
  if (!carrier?.mailboxid || !sender) return undefined;
  await scope.records.create('email', {
    subject: notice.subject.slice(0, 800),
    sender: carrier.emailaddress ?? null,
    torecipients: `${notice.address};`,
    description: textToHtml(notice.text),
    directioncode: true,
    statecode: EmailState.completed,
    statuscode: EmailStatus.pendingSend,
    ownerid: notice.to,
    sendermailboxid: { table: 'mailbox', id: carrier.mailboxid },
    from: [{ partyid: sender, participationtypemask: PartyMask.from }],
    to: [{ partyid: notice.to, participationtypemask: PartyMask.to, addressused: notice.address }],
    deliveryattempts: 0,
    // Nobody's automatic answer comes back, and no record is made of it where it arrives (RFC 3834).
    isworkflowcreated: true,
    mr_sendoutcome: SendOutcome.waiting,
    mr_waitingreason: 'Waiting for the next outgoing turn of the mailbox.',
  });
  return carrier.emailaddress ?? '';
}

/** A mailbox of a queue before one of a person: what it sends is seen by more than one. */
async function findCarrier(scope: StoreScope, notice: Notice, side: 'eq' | 'ne'): Promise<Carrier | undefined> {
  const page = await scope.records.retrieveMultiple({
    table: 'mailbox',
    columns: ['mailboxid', 'emailaddress', 'emailserverprofile', 'regardingobjectid'],
    filter: {
      and: [
        { column: 'emailserverprofile', operator: side, value: notice.troubledProfileId },
        { column: 'statecode', operator: 'eq', value: RecordState.active },
        { column: 'outgoingemaildeliverymethod', operator: 'eq', value: DeliveryMethod.serverSide },
        { column: 'enabledforoutgoingemail', operator: 'eq', value: true },
        { column: 'emailrouteraccessapproval', operator: 'eq', value: Approval.approved },
        { column: 'mr_outgoinglasterror', operator: 'null' },
        { column: 'regardingobjectid', operator: 'notNull' },
        ...(notice.troubledMailboxIds ?? []).map((id) => ({ column: 'mailboxid', operator: 'ne', value: id }) as const),
      ],
    },
    orderBy: [{ column: 'name' }],
    limit: mostCandidates,
  });
  const active = await activeProfiles(scope, page.rows);
  const usable = page.rows.filter((row) => active.has(row.emailserverprofile?.id ?? ''));
  return usable.find((row) => row.regardingobjectid?.table === 'queue') ?? usable[0];
}

async function activeProfiles(scope: StoreScope, mailboxes: readonly Carrier[]): Promise<ReadonlySet<string>> {
  const ids = new Set(mailboxes.flatMap((row) => row.emailserverprofile?.id ?? []));
  if (ids.size === 0) return new Set();
  const page = await scope.records.retrieveMultiple({
    table: 'emailserverprofile',
    columns: ['emailserverprofileid'],
    filter: {
      and: [
        { column: 'emailserverprofileid', operator: 'in', value: [...ids] },
        { column: 'statecode', operator: 'eq', value: RecordState.active },
      ],
    },
  });
  return new Set(page.rows.map((row) => row.emailserverprofileid ?? ''));
}
