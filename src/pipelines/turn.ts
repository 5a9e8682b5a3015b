import type { Clock } from '../base/clock.ts';
import type { MailroomError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Connector } from '../contracts/connector.ts';
import type { Database } from '../store/database.ts';
import type { MailboxLease } from '../store/mailbox-leases.ts';
import type { OrganizationSettings } from '../store/organization-settings.ts';
import type { TurnMemory } from '../store/turn-memory.ts';
import type { RecordOf } from '../tables/catalog.ts';

/** What one turn works with: one mailbox, one kind of work, one lease. */
export interface TurnContext {
  readonly database: Database;
  readonly lease: MailboxLease;
  readonly mailbox: RecordOf<'mailbox'>;
  readonly profile: RecordOf<'emailserverprofile'>;
  readonly settings: OrganizationSettings;
  /** What is remembered of the mailbox, where it was read for many turns at once; incoming mail only. */
  readonly memory?: TurnMemory | undefined;
  /** The user the engine writes as (AR-10). */
  readonly systemUserId: string;
  /** Opens the way to the mailbox's server for one direction; the caller closes it. */
  readonly connect: (direction: 'incoming' | 'outgoing', signal: AbortSignal) => Promise<Connector>;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborts when the lease is lost or the service stops. */
  readonly signal: AbortSignal;
  /** Most items one turn takes; the rest waits for the next (SC-08, PF-08). */
  readonly maxItems: number;
}

/** How a turn went; what was done before an error stays done. */
export interface TurnOutcome {
  readonly itemsProcessed: number;
  readonly itemsFailed: number;
  /** True when work is left: the next turn is due at once. */
  readonly more: boolean;
  /** The earliest moment something that now waits may be tried again (a deferred email). */
  readonly nextDueOn?: Date | undefined;
  /** True when folders were read of whose changes an open line to the server may not tell: the clock alone brings the next look. */
  readonly readsFolders?: boolean | undefined;
  /** What ended the turn early; its kind decides the reaction (scheduler/health). */
  readonly error?: MailroomError | undefined;
}

/** One pipeline as the scheduler sees it; never throws MailroomErrors of the mailbox (they come back in the outcome). */
export type RunTurn = (context: TurnContext) => Promise<TurnOutcome>;
