import { Approval, DeliveryMethod, MailboxStatus, RecordState } from '../../../src/tables/choices.ts';
import type { ApiRow } from '../../api/api-row.ts';
import type { Tone } from '../../parts/status-badge.tsx';
import type { mailboxesText } from '../../text/mailboxes.ts';

/** How a mailbox stands, the worst thing first. */
export type MailboxState = Exclude<keyof typeof mailboxesText.states, 'all' | 'active' | 'attention'>;

const isActive = `statecode eq ${RecordState.active}`;
const isUsed = `emailaddress ne null and (incomingemaildeliverymethod ge ${DeliveryMethod.serverSide} or outgoingemaildeliverymethod eq ${DeliveryMethod.serverSide})`;
const isApproved = `emailrouteraccessapproval eq ${Approval.approved}`;
const used = `${isActive} and ${isUsed}`;
const retrying = 'mr_incomingfailurecount gt 0 or mr_outgoingfailurecount gt 0';

/** The conditions of `$filter` by which each state is found; together they tell every mailbox once. */
export const stateConditions: Readonly<Record<MailboxState, string>> = {
  inactive: `statecode eq ${RecordState.inactive}`,
  unused: `${isActive} and not (${isUsed})`,
  unapproved: `${used} and not (${isApproved})`,
  untested: `${used} and ${isApproved} and mailboxstatus eq ${MailboxStatus.notRun}`,
  failing: `${used} and ${isApproved} and mailboxstatus eq ${MailboxStatus.failure}`,
  retrying: `${used} and ${isApproved} and mailboxstatus eq ${MailboxStatus.success} and (${retrying})`,
  working: `${used} and ${isApproved} and mailboxstatus eq ${MailboxStatus.success} and not (${retrying})`,
};

/** What waits for a person: approval, a test, or a repair. */
export const attentionCondition = ['unapproved', 'untested', 'failing', 'retrying']
  .map((state) => `(${stateConditions[state as MailboxState]})`)
  .join(' or ');

/** All active mailboxes. */
export const activeCondition = isActive;

/** The columns that `mailboxStateOf` reads. */
export const stateColumns = [
  'statecode',
  'emailaddress',
  'incomingemaildeliverymethod',
  'outgoingemaildeliverymethod',
  'emailrouteraccessapproval',
  'mailboxstatus',
  'mr_incomingfailurecount',
  'mr_outgoingfailurecount',
] as const;

/** The state of one mailbox, by the same conditions as the filters. */
export function mailboxStateOf(row: ApiRow<'mailbox'>): MailboxState {
  if (row.statecode === RecordState.inactive) return 'inactive';
  const incoming = row.incomingemaildeliverymethod ?? 0;
  const isInUse =
    incoming >= DeliveryMethod.serverSide || row.outgoingemaildeliverymethod === DeliveryMethod.serverSide;
  if (!row.emailaddress || !isInUse) return 'unused';
  if (row.emailrouteraccessapproval !== Approval.approved) return 'unapproved';
  if (row.mailboxstatus === MailboxStatus.failure) return 'failing';
  if (row.mailboxstatus !== MailboxStatus.success) return 'untested';
  return (row.mr_incomingfailurecount ?? 0) > 0 || (row.mr_outgoingfailurecount ?? 0) > 0 ? 'retrying' : 'working';
}

/** How good each state is. */
export const stateTones: Readonly<Record<MailboxState, Tone>> = {
  inactive: 'quiet',
  unused: 'quiet',
  unapproved: 'warning',
  untested: 'warning',
  failing: 'bad',
  retrying: 'warning',
  working: 'good',
};
