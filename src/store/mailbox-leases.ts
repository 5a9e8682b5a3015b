import type { SqlScope } from './sql-scope.ts';

/** The four kinds of work of a mailbox, independent of each other (AR-08). */
export type Work = 'incoming' | 'outgoing' | 'act' | 'test';

/** The right to work on one mailbox for one kind of work, until it expires (AR-12). */
export interface MailboxLease {
  readonly mailboxid: string;
  readonly work: Work;
  /** Fencing token; greater than any before it for this mailbox and work. */
  readonly token: bigint;
  readonly expiresOn: Date;
  /** Connections to the server that the turn may have open at once (EP-18); 1 when absent. */
  readonly connections?: number | undefined;
}

/** How a turn ended, as far as the schedule cares. */
export interface LeaseRelease {
  /** When the next turn is due; null takes the flow off the schedule until it is enabled again. */
  readonly nextDueOn: Date | null;
}

/** When the first mailbox is due for a kind of work; a lease that is held is looked at when it ends. */
export interface WorkOutlook {
  readonly work: Work;
  readonly dueOn: Date;
  /** True when it is due now, or was abandoned. */
  readonly isDue: boolean;
}

/** Leases over due mailboxes in PostgreSQL, claimed with `for update skip locked` (SC, EP-18). */
export interface MailboxLeases {
  /** What is due first of each kind of work that is on the schedule: one look, by way of `scope` where one is given, before anything is claimed. */
  outlook(now: Date, scope?: SqlScope): Promise<readonly WorkOutlook[]>;
  /** Claims up to `limit` due mailboxes, oldest due first. The connections of all leases never exceed maxconcurrentconnections (exact): of the profile's mailboxes together where the credentials are the profile's, of each mailbox where they are its own (EP-18). Expired leases are taken over and counted in forcedunlockcount. */
  acquire(work: Work, limit: number, worker: string, now: Date, leaseMs: number): Promise<readonly MailboxLease[]>;
  /** Extends leases in one statement; returns those still held. */
  renew(leases: readonly MailboxLease[], now: Date, leaseMs: number): Promise<readonly MailboxLease[]>;
  /** Ends a lease; false when it was lost before. */
  release(lease: MailboxLease, release: LeaseRelease): Promise<boolean>;
  /** Ends many leases in one statement, by way of `scope` where one is given; returns how many had not been lost before. */
  releaseAll(ends: readonly (LeaseRelease & { readonly lease: MailboxLease })[], scope?: SqlScope): Promise<number>;
  /** Puts a flow on the schedule, or brings its turn forward; a wake-up during a running turn makes the next turn follow at once. */
  schedule(mailboxid: string, work: Work, dueOn: Date): Promise<void>;
  /** Takes a flow off the schedule. */
  unschedule(mailboxid: string, work: Work): Promise<void>;
  /** Brings the schedule in step with mailboxes, profiles and approvals: what may run and is not scheduled becomes due now, what may not is taken off. Returns how many changed. */
  reconcile(now: Date): Promise<number>;
}
