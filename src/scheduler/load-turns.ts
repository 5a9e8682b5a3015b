import type { TurnContext } from '../pipelines/turn.ts';
import { mayRun } from '../store/flow-refusal.ts';
import type { MailboxLease } from '../store/mailbox-leases.ts';
import { readOrganizationSettings } from '../store/organization-settings.ts';
import { categoryOfItems } from '../store/present-category.ts';
import { readMailboxes, readProfiles } from './read-mailboxes.ts';
import type { SchedulerOptions } from './scheduler-options.ts';

/** What a lease's turn works with, apart from the signal; undefined when nothing may run. */
export type LoadedTurn = Omit<TurnContext, 'signal'>;

/** Reads mailboxes, profiles and settings for a batch of leases in three statements; what may not run comes back without a turn. */
export async function loadTurns(
  options: SchedulerOptions,
  leases: readonly MailboxLease[],
): Promise<readonly { readonly lease: MailboxLease; readonly turn: LoadedTurn | undefined }[]> {
  const { records } = options.database;
  const settings = await readOrganizationSettings(records);
  const mailboxes = await readMailboxes(
    records,
    leases.map((lease) => lease.mailboxid),
  );
  const profiles = await readProfiles(records, [...mailboxes.values()]);
  return leases.map((lease) => {
    const mailbox = mailboxes.get(lease.mailboxid);
    const profile = profiles.get(mailbox?.emailserverprofile?.id ?? '');
    if (mailbox === undefined || !mayRun(lease.work, mailbox, profile, settings)) return { lease, turn: undefined };
    const savesSentCopy = settings.switches.SSSSaveOutgoingEmailToExchangeSentFolder;
    const checks = lease.work === 'test';
    const { gates } = settings;
    const trackedCategory = lease.work === 'act' ? categoryOfItems(settings) : undefined;
    const terms = { connections: lease.connections, gates, savesSentCopy, checks, trackedCategory };
    const turn: LoadedTurn = {
      database: options.database,
      lease,
      mailbox,
      profile: profile ?? {},
      settings,
      systemUserId: options.systemUserId,
      connect: (direction, signal) => options.connect(mailbox, profile ?? {}, direction, signal, terms),
      clock: options.clock,
      log: options.log.child({ mailbox: mailbox.emailaddress, work: lease.work }),
      maxItems: options.maxItems,
    };
    return { lease, turn };
  });
}
