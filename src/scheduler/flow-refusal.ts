import { isMailAddress } from '../base/mail-address-check.ts';
import type { Work } from '../store/mailbox-leases.ts';
import type { OrganizationSettings } from '../store/organization-settings.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { ActDeliveryMethod, Approval, DeliveryMethod, RecordState } from '../tables/choices.ts';

type Mailbox = RecordOf<'mailbox'>;
type Profile = RecordOf<'emailserverprofile'>;

/** Why a mailbox may not be worked on, and what to do about it. */
export interface FlowRefusal {
  readonly code: string;
  readonly message: string;
}

/** What keeps all flows of a mailbox from running (AR-01, MB-03 to MB-05, EP-01, AP-02); undefined when nothing does. */
export function refusalOfMailbox(
  mailbox: Mailbox,
  profile: Profile | undefined,
  settings: OrganizationSettings,
): FlowRefusal | undefined {
  const name = `Mailbox "${mailbox.name ?? ''}"`;
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
