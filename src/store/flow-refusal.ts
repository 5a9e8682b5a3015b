import { isMailAddress } from '../base/mail-address-check.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { ActDeliveryMethod, Approval, DeliveryMethod, MailboxStatus, RecordState } from '../tables/choices.ts';
import type { Work } from './mailbox-leases.ts';
import type { OrganizationSettings } from './organization-settings.ts';

type Mailbox = RecordOf<'mailbox'>;
type Profile = RecordOf<'emailserverprofile'>;

/** Why a mailbox may not be worked on, and what to do about it. */
export interface FlowRefusal {
  readonly code: string;
  readonly message: string;
}

/** What an administrator does when mail may be exchanged again. */
export const howToRelease =
  'If mail shall be exchanged from here, release it: on the overview, or with "mailroom organization release".';

/** What keeps all flows of a mailbox from running (MG-06, AR-01, MB-03 to MB-05, EP-01, AP-02); undefined when nothing does. */
export function refusalOfMailbox(
  mailbox: Mailbox,
  profile: Profile | undefined,
  settings: OrganizationSettings,
): FlowRefusal | undefined {
  const name = `Mailbox "${mailbox.name ?? ''}"`;
  if (settings.heldFor !== undefined) {
    return refusal(
      'mr_OrganizationHeld',
      `${name} rests, since the organisation is held. ${settings.heldFor} ${howToRelease}`,
    );
  }
  if (mailbox.statecode === RecordState.inactive) return refusal('8005E219', `${name} is inactive. Activate it.`);
  if (profile === undefined) {
    return refusal('8005E222', `${name} has no email server profile. Choose one on the mailbox.`);
  }
  if (profile.statecode === RecordState.inactive) {
    return refusal('8005E228', `Profile "${profile.name ?? ''}" of ${name} is inactive. Activate the profile.`);
  }
  if (!isMailAddress(mailbox.emailaddress ?? '')) {
    const address = mailbox.emailaddress ? `"${mailbox.emailaddress}" is not an email address` : 'the address is empty';
    return refusal('8005E221', `${name}: ${address}. Enter one such as name@example.com.`);
  }
  const owner = mailbox.regardingobjectid?.table;
  const needsApproval = owner === 'queue' ? settings.requireApproval.queues : settings.requireApproval.users;
  if (owner !== undefined && needsApproval && mailbox.emailrouteraccessapproval !== Approval.approved) {
    return refusal(
      '8005E220',
      `The address ${mailbox.emailaddress} of ${name} is not approved. An administrator can approve it on the mailbox.`,
    );
  }
  return undefined;
}

/** Whether server-side synchronization is chosen for a flow of the mailbox. */
export function isChosen(mailbox: Mailbox, work: 'incoming' | 'outgoing' | 'act'): boolean {
  if (work === 'incoming') return mailbox.incomingemaildeliverymethod === DeliveryMethod.serverSide;
  if (work === 'outgoing') return mailbox.outgoingemaildeliverymethod === DeliveryMethod.serverSide;
  return mailbox.actdeliverymethod === ActDeliveryMethod.serverSide;
}

/** What mail of the mailbox waits for, and what to do about it (OU-04); undefined when it is sent. */
export function whyMailWaits(
  mailbox: Mailbox,
  profile: Profile | undefined,
  settings: OrganizationSettings,
): FlowRefusal | undefined {
  const name = `Mailbox "${mailbox.name ?? ''}"`;
  const whole = refusalOfMailbox(mailbox, profile, settings);
  if (whole !== undefined) return whole;
  if (!isChosen(mailbox, 'outgoing')) {
    const remedy = 'Set its outgoing delivery method to 2 and run Test & Enable.';
    return refusal('8005E226', `${name} does not send by server-side synchronization. ${remedy}`);
  }
  if (mailbox.enabledforoutgoingemail === true) return undefined;
  if (mailbox.testemailconfigurationscheduled === true) {
    return refusal('mr_NotTested', `${name} is being tested. Its mail goes once the test has succeeded.`);
  }
  const isFailed = mailbox.outgoingemailstatus === MailboxStatus.failure;
  const why = isFailed ? ' since sending failed or its test did' : ': it has not been tested';
  const cause = isFailed && mailbox.mr_outgoinglasterror ? ` ${mailbox.mr_outgoinglasterror}` : '';
  return refusal('mr_NotTested', `${name} is not enabled for outgoing mail${why}. Run Test & Enable.${cause}`);
}

/** Whether a turn may run now: nothing refuses the mailbox, the flow is chosen and enabled (AR-08); a test may always. */
export function mayRun(
  work: Work,
  mailbox: Mailbox,
  profile: Profile | undefined,
  settings: OrganizationSettings,
): boolean {
  if (work === 'test') return mailbox.testemailconfigurationscheduled === true;
  const enabled = {
    incoming: mailbox.enabledforincomingemail,
    outgoing: mailbox.enabledforoutgoingemail,
    act: mailbox.enabledforact,
  }[work];
  return enabled === true && isChosen(mailbox, work) && refusalOfMailbox(mailbox, profile, settings) === undefined;
}

const refusal = (code: string, message: string): FlowRefusal => ({ code, message });
