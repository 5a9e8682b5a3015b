import type { TurnContext } from '../pipelines/turn.ts';
import { mayRun } from '../store/flow-refusal.ts';
import type { MailboxLease } from '../store/mailbox-leases.ts';
import { readOrganizationSettings } from '../store/organization-settings.ts';
import { categoryOfItems } from '../store/present-category.ts';
import { readTurnMemory, type TurnMemory } from '../store/turn-memory.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { ServerType } from '../tables/choices.ts';
import { readMailboxes, readProfiles } from './read-mailboxes.ts';
import type { SchedulerOptions } from './scheduler-options.ts';

/** What a lease's turn works with, apart from the signal; undefined when nothing may run. */
export type LoadedTurn = Omit<TurnContext, 'signal'>;

/** Reads mailboxes, profiles and settings for a batch of leases in a statement each; what may not run comes back without a turn. */
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
  const memoryOf = await readMemory(options, leases, mailboxes, profiles);
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
      memory: lease.work === 'incoming' ? memoryOf(lease.mailboxid) : undefined,
      systemUserId: options.systemUserId,
      connect: (direction, signal) => options.connect(mailbox, profile ?? {}, direction, signal, terms),
      clock: options.clock,
      log: options.log.child({ mailbox: mailbox.emailaddress, work: lease.work }),
      maxItems: options.maxItems,
    };
    return { lease, turn };
  });
}

/** What incoming turns start from; the ids of servers without a cursor are counted along. */
function readMemory(
  { database, clock }: SchedulerOptions,
  leases: readonly MailboxLease[],
  mailboxes: ReadonlyMap<string, RecordOf<'mailbox'>>,
  profiles: ReadonlyMap<string, RecordOf<'emailserverprofile'>>,
): Promise<(mailboxid: string) => TurnMemory | undefined> {
  const ids = leases.flatMap(({ work, mailboxid }) => (work === 'incoming' ? [mailboxid] : []));
  if (ids.length === 0) return Promise.resolve(() => undefined);
  const counted = ids.filter((id) => {
    const profile = profiles.get(mailboxes.get(id)?.emailserverprofile?.id ?? '');
    return profile?.servertype === ServerType.pop3Smtp;
  });
  return readTurnMemory(database, ids, clock.now(), counted);
}
