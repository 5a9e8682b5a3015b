import { MailroomError } from '../../base/errors.ts';
import type { ActPort } from '../../contracts/act-port.ts';
import type { OrganizationSettings } from '../../store/organization-settings.ts';
import type { RecordOf } from '../../tables/catalog.ts';

/** Refuses a mailbox that another organisation synchronises (TE-14). Throws configuration `mr_ActOtherOrganization`. */
export async function checkClaim(port: ActPort, settings: OrganizationSettings, signal: AbortSignal): Promise<void> {
  const claim = await port.readClaim(signal);
  if (claim === undefined || claim.organizationId === settings.organizationid) return;
  throw new MailroomError(
    `This mailbox is synchronised by another organisation, "${claim.organizationName}" (${claim.organizationId}), last on ${claim.on.toISOString()}. Set mr_acttakesover of the mailbox to Yes and run Test & Enable to take it over, or set the delivery method of appointments, contacts and tasks to None here.`,
    { code: 'mr_ActOtherOrganization', kind: 'configuration' },
  );
}

/** TE-13: takes the mailbox over where its owner asked for that, else checks whose it is; then says that it is ours. */
export async function claimMailbox(
  port: ActPort,
  mailbox: RecordOf<'mailbox'>,
  settings: OrganizationSettings,
  now: Date,
  signal: AbortSignal,
): Promise<void> {
  if (mailbox.mr_acttakesover !== true) await checkClaim(port, settings, signal);
  await port.writeClaim({ organizationId: settings.organizationid, organizationName: settings.name, on: now }, signal);
}
