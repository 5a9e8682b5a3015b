import type { TurnContext } from '../pipelines/turn.ts';
import { mayRun } from '../store/flow-refusal.ts';
import type { MailboxLease } from '../store/mailbox-leases.ts';
import type { OrganizationSettings } from '../store/organization-settings.ts';
import { categoryOfItems } from '../store/present-category.ts';
import { readTurnBeginnings } from '../store/turn-memory.ts';
import type { RecordOf } from '../tables/catalog.ts';
import { isExchangeType } from '../tables/exchange-types.ts';
import { KeptRows } from './kept-rows.ts';
import { readMailboxes } from './read-mailboxes.ts';
import type { ConnectTerms, SchedulerOptions } from './scheduler-options.ts';

/** What a lease's turn works with, apart from the signal; undefined when nothing may run. */
export type LoadedTurn = Omit<TurnContext, 'signal'>;

/** Gathers what turns begin with. */
export class TurnLoader {
  readonly #options: SchedulerOptions;
  readonly #kept: KeptRows;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#kept = new KeptRows(options.database.records);
  }

  /** Reads what a batch of leases needs, in two statements while settings and profiles are as they were; what may not run comes back without a turn. */
  async load(
    leases: readonly MailboxLease[],
  ): Promise<readonly { readonly lease: MailboxLease; readonly turn: LoadedTurn | undefined }[]> {
    const { database, clock, log, systemUserId, connect, maxItems } = this.#options;
    const ids = leases.map(({ mailboxid }) => mailboxid);
    const incoming = leases.flatMap(({ work, mailboxid }) => (work === 'incoming' ? [mailboxid] : []));
    const [beginnings, mailboxes] = await database.pipelined((scope) =>
      Promise.all([readTurnBeginnings(scope, ids, incoming, clock.now()), readMailboxes(scope.records, ids)]),
    );
    const settings = await this.#kept.settings(beginnings);
    const profiles = await this.#kept.profiles([...mailboxes.values()], beginnings);
    return leases.map((lease) => {
      const mailbox = mailboxes.get(lease.mailboxid);
      const profile = profiles.get(mailbox?.emailserverprofile?.id ?? '');
      if (mailbox === undefined || !mayRun(lease.work, mailbox, profile, settings)) return { lease, turn: undefined };
      const memory = lease.work === 'incoming' ? beginnings.memoryOf(lease.mailboxid) : undefined;
      const terms: ConnectTerms = {
        connections: lease.connections,
        gates: settings.gates,
        savesSentCopy: settings.switches.SSSSaveOutgoingEmailToExchangeSentFolder,
        checks: lease.work === 'test',
        mayRest: memory?.isHeard,
        trackedCategory: lease.work === 'act' ? categoryOfItems(settings) : undefined,
        hasPauses: beginnings.hasPauses,
      };
      const turn: LoadedTurn = {
        database,
        lease,
        mailbox,
        profile: profile ?? {},
        settings,
        memory,
        systemUserId,
        connect: (direction, signal) => connect(mailbox, profile ?? {}, direction, signal, terms),
        clock,
        log: log.child({ mailbox: mailbox.emailaddress, work: lease.work }),
        maxItems: lease.work === 'incoming' ? mostItems(maxItems, profile, settings) : maxItems,
      };
      return { lease, turn };
    });
  }
}

/** SC-08: how many messages a turn takes; the organisation may set fewer for Exchange. */
function mostItems(
  maxItems: number,
  profile: RecordOf<'emailserverprofile'> | undefined,
  { exchangeBatchSize }: OrganizationSettings,
): number {
  return isExchangeType(profile?.servertype) ? Math.min(maxItems, exchangeBatchSize ?? maxItems) : maxItems;
}
