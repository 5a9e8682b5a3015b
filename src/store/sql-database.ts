import pg from 'pg';
import type { Clock } from '../base/clock.ts';
import { MailroomError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { SecretBox } from '../base/secret-box.ts';
import type { Database, StoreScope } from './database.ts';
import { readFetch } from './fetch/read-fetch.ts';
import { inPipeline } from './in-pipeline.ts';
import { runQuery } from './large-query.ts';
import { createExecutor, inOrder, transactionEnded } from './pg-executor.ts';
import { pgTypes } from './pg-types.ts';
import { createSqlBlobStore } from './sql-blob-store.ts';
import type { SqlExecutor } from './sql-executor.ts';
import { createSqlMailSightings } from './sql-mail-sightings.ts';
import { createSqlRecordStore } from './sql-record-store.ts';
import { createStatementNames, type StatementNames } from './statement-names.ts';
import { asStoreError, isConnectionLoss, isRetryable } from './store-errors.ts';
import { createWordFrequencies, type WordFrequencies } from './word-frequencies.ts';

/** What opening a database needs. */
export interface OpenDatabaseOptions {
  readonly url: string;
  /** Seals passwords and other secrets in their columns (EP-22). */
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  readonly log: Log;
  /** Connections of the pool (default 10). */
  readonly maxConnections?: number | undefined;
  /** Longest a statement may take, milliseconds (default 60,000). */
  readonly statementTimeoutMs?: number | undefined;
}

/** Longest a statement may take unless told otherwise, milliseconds. */
const defaultTimeoutMs = 60_000;

/** Runs of a transaction before a serialization failure or deadlock is given up. */
const mostRuns = 3;

/** Opens the store over PostgreSQL 15 or newer, whose schema `migrate` has built. Throws transient `mr_DatabaseUnavailable` when the server cannot be reached. */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const pool = createPool(options);
  const names = createStatementNames();
  const within = <T>(work: (executor: SqlExecutor) => Promise<T>) => inTransaction(pool, names, work);
  const executor = createExecutor({ runStatement: (config) => runQuery(pool, config), names, within });
  try {
    await executor.rows('select 1');
  } catch (thrown) {
    await pool.end().catch(() => undefined);
    throw thrown;
  }
  const words = createWordFrequencies(executor, options.clock);
  return {
    ...createScope(executor, options, words),
    transaction: (work) => within((inner) => work(createScope(inner, options, words))),
    pipelined: (work) => inPipeline(pool, { names, within }, (inner) => work(createScope(inner, options, words))),
    close: () => pool.end(),
  };
}

function createPool(options: OpenDatabaseOptions): pg.Pool {
  const timeoutMs = options.statementTimeoutMs ?? defaultTimeoutMs;
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs + 5_000,
    idle_in_transaction_session_timeout: 300_000,
    application_name: 'mailroom',
    options: '-c timezone=UTC -c datestyle=ISO -c jit=off -c work_mem=16MB',
    types: pgTypes,
    // Statements of a transaction, and of `inPipeline`, do not wait for the answers to those before.
    pipeline: true,
  });
  // A connection lost between two statements has no other listener; unheard, it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  // The error carries the whole client, settings and key included, so only its words are logged (SE-05).
  pool.on('error', (error) => options.log.warn({ reason: error.message }, 'idle database connection lost'));
  return pool;
}

function createScope(executor: SqlExecutor, options: OpenDatabaseOptions, words: WordFrequencies): StoreScope {
  const { clock, secretBox } = options;
  const context = { executor, clock, secretBox, userId: undefined, words };
  return {
    records: createSqlRecordStore(context),
    fetch: (fetch) => readFetch(executor, fetch),
    readsWithin: (limits) => ({
      ...createSqlRecordStore({ ...context, limits }),
      fetch: (fetch) => readFetch(executor, fetch, limits),
    }),
    blobs: createSqlBlobStore(executor, clock),
    sightings: createSqlMailSightings(executor, clock),
    sql: (text, values) => executor.rows(text, values),
    async assertLease(mailboxid, work, token) {
      const held = await executor.arrays(
        'select 1 from mr_mailboxlease where mailboxid = $1::uuid and work = $2 and token = $3::bigint and worker is not null for key share',
        [mailboxid, work, token.toString()],
      );
      if (held.length > 0) return;
      throw new MailroomError(
        `The lease on mailbox ${mailboxid} (${work}) was lost to another worker; what this turn still wanted to store is dropped.`,
        {
          code: 'mr_LeaseLost',
          kind: 'conflict',
        },
      );
    },
  };
}

async function inTransaction<T>(
  pool: pg.Pool,
  names: StatementNames,
  work: (executor: SqlExecutor) => Promise<T>,
): Promise<T> {
  for (let run = 1; ; run += 1) {
    try {
      return await runOnce(pool, names, work);
    } catch (thrown) {
      if (run >= mostRuns || !isRetryable(thrown)) throw thrown;
    }
  }
}

async function runOnce<T>(
  pool: pg.Pool,
  names: StatementNames,
  work: (executor: SqlExecutor) => Promise<T>,
): Promise<T> {
  const client = await pool.connect().catch((thrown: unknown) => {
    throw asStoreError(thrown);
  });
  let lost: unknown;
  const noteLoss = (error: Error) => {
    lost = error;
  };
  client.on('error', noteLoss);
  let isOpen = true;
  const guard = (): void => {
    if (!isOpen) throw transactionEnded();
  };
  const statements = inOrder(client, guard, pool.options.query_timeout ?? defaultTimeoutMs);
  const executor = createExecutor({ runStatement: statements.run, names, within: undefined, guard });
  try {
    // Nobody waits for it: should it fail, so does the next statement.
    executor.rows('begin').catch(() => undefined);
    const result = await work(executor);
    // PostgreSQL answers a commit after a statement that failed with a rollback, as if that were nothing.
    await statements.settled();
    await executor.rows('commit');
    return result;
  } catch (thrown) {
    isOpen = false;
    if (thrown instanceof MailroomError && isConnectionLoss(thrown.cause)) lost = thrown;
    else await client.query('rollback').catch(noteLoss);
    throw thrown;
  } finally {
    isOpen = false;
    client.off('error', noteLoss);
    client.release(lost !== undefined);
  }
}
