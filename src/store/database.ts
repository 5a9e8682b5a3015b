import type { BlobStore } from './blob-store.ts';
import type { Fetch, FetchPage } from './fetch/fetch.ts';
import type { MailSightings } from './mail-sightings.ts';
import type { Work } from './mailbox-leases.ts';
import type { RecordReads, RecordStore } from './record-store.ts';
import type { RowLimits } from './row-limit.ts';
import type { SqlScope } from './sql-scope.ts';

/** What can be asked of the tables. */
export type ScopeReads = RecordReads & Pick<StoreScope, 'fetch'>;

/** Everything that can be read and written within one connection or transaction. */
export interface StoreScope extends SqlScope {
  readonly records: RecordStore;
  /** Answers a question over several tables (FetchXML). */
  fetch(fetch: Fetch): Promise<FetchPage>;
  /** Reads in which every table that a question touches shows only rows within the limits. */
  readsWithin(limits: RowLimits): ScopeReads;
  readonly blobs: BlobStore;
  readonly sightings: MailSightings;
  /** Throws conflict `mr_LeaseLost` unless the lease still carries `token`; holds it until the transaction ends. */
  assertLease(mailboxid: string, work: Work, token: bigint): Promise<void>;
}

/** The store: autocommit scope, transactions, end. */
export interface Database extends StoreScope {
  /** Runs `work` in one transaction; retried on serialization failure (40001) and deadlock (40P01), at most 3 times. */
  transaction<T>(work: (scope: StoreScope) => Promise<T>): Promise<T>;
  /** Runs statements that do not wait for each other on one connection, in the order asked and in one write as far as `work` asks them at once; each stands for itself, whether others fail or not. */
  pipelined<T>(work: (scope: StoreScope) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
