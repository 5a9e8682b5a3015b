import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Connector } from '../contracts/connector.ts';
import type { RunTurn } from '../pipelines/turn.ts';
import type { Database } from '../store/database.ts';
import type { MailboxLeases, Work } from '../store/mailbox-leases.ts';
import type { OrganizationSettings } from '../store/organization-settings.ts';
import type { RecordOf } from '../tables/catalog.ts';

/** Under what terms a mailbox's server may be reached. */
export interface ConnectTerms {
  /** Connections that may be open at once (EP-18); 1 when absent. */
  readonly connections?: number | undefined;
  /** OU-14: the server keeps a copy of what is sent, where that is ours to say; true when absent. */
  readonly savesSentCopy?: boolean | undefined;
  /** Has the way to the server proven at once and its steps told, as a test wants it; otherwise the first request shows it. */
  readonly checks?: boolean | undefined;
  /** Lets the open line of a mailbox that is listened to answer for its server where nothing is new: nothing is opened then. */
  readonly mayRest?: boolean | undefined;
  /** Name of the category that marks tracked items; absent where nothing is marked (CT-07). */
  readonly trackedCategory?: string | undefined;
  /** False where no server is to be left alone now, so that none need be asked about; absent where that is not known. */
  readonly hasPauses?: boolean | undefined;
  /** What the organisation allows without encryption (EP-07, EP-14); nothing when absent. */
  readonly gates?: OrganizationSettings['gates'] | undefined;
}

/** All that the scheduler works with. */
export interface SchedulerOptions {
  readonly database: Database;
  readonly leases: MailboxLeases;
  /** The pipelines; work without one is never leased. */
  readonly turns: Readonly<Record<Work, RunTurn | undefined>>;
  readonly connect: (
    mailbox: RecordOf<'mailbox'>,
    profile: RecordOf<'emailserverprofile'>,
    direction: 'incoming' | 'outgoing',
    signal: AbortSignal,
    terms?: ConnectTerms,
  ) => Promise<Connector>;
  /** The user the engine writes as (AR-10). */
  readonly systemUserId: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Name of this worker, unique among all that run. */
  readonly worker: string;
  /** Turns at a time for each kind of work, so that one kind never starves another (AR-09). */
  readonly concurrency: number;
  /** Least time between two looks by the clock at a mailbox that is listened to, milliseconds; 0 looks as at any other. */
  readonly heardLookMs?: number | undefined;
  /** Life of a lease between two heartbeats, milliseconds. */
  readonly leaseMs: number;
  /** Most items one turn takes (SC-08). */
  readonly maxItems: number;
}
