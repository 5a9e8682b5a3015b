import { Client } from 'pg';
import type { Clock } from '../../base/clock.ts';
import type { MailroomError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { adoptPostmaster } from './adopt-postmaster.ts';
import { runPostmaster } from './run-postmaster.ts';
import { serverAccount } from './server-account.ts';
import type { Postmaster, ServerContext } from './server-context.ts';
import { startCancelled, startFailed } from './server-errors.ts';
import { makeServerFolder, serverFolder } from './server-folder.ts';
import { databaseName, serverUrl } from './server-url.ts';
import { stopPostmaster } from './stop-postmaster.ts';
import { supervisePostmaster } from './supervise-postmaster.ts';
import { lockHolder, type SupervisorLock, takeSupervisorLock } from './supervisor-lock.ts';

/** How to run the embedded server. */
export interface EmbeddedPostgresOptions {
  /** Folder for the database, its password and its log; made when absent. One machine at a time may use it. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Cancels the start; afterwards it has no effect. */
  readonly signal?: AbortSignal | undefined;
  /** Server settings on top of ours (tests: `fsync: 'off'`). */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** Folder of the package with PostgreSQL's programs; the installed one when absent. */
  readonly packageFolder?: string | undefined;
}

/** A supervised PostgreSQL server of our own. */
export interface EmbeddedPostgres {
  /** Connection URL with the password: not for logs. It stays the same over restarts. */
  readonly url: string;
  /** Process id of the server now. */
  readonly pid: number;
  /** True when the server ran already at the start. */
  readonly adopted: boolean;
  /** Why the server is down at the moment; undefined while it runs. */
  readonly failure: MailroomError | undefined;
  /** Resolves when supervision ended for good: undefined after `stop` or `detach`, else the reason. */
  readonly exited: Promise<MailroomError | undefined>;
  /** Ends supervision and stops the server, in order, unless another live process supervises it. */
  stop(): Promise<void>;
  /** Ends supervision and leaves the server running; a later start adopts it. */
  detach(): Promise<void>;
}

/** How long to wait for a server that another live process is starting, milliseconds. */
const guestPatienceMs = 60_000;
const guestPollMs = 250;

/**
 * Starts PostgreSQL 18 from the binaries that came with the package, or adopts the server a killed Mailroom left, and keeps
 * it running until `stop`. A second process on the same folder shares the server and takes over its supervision when the first is gone.
 * Throws configuration `mr_DatabaseSetUp`, `mr_DatabaseFolderUnusable`, `mr_DatabaseFolderInUse` (by another container); transient `mr_DatabaseStartFailed`, `mr_DatabaseStartCancelled`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const context: ServerContext = {
    folder: serverFolder(options.dataDir),
    clock: options.clock,
    log: options.log,
    settings: options.settings ?? {},
    packageFolder: options.packageFolder,
  };
  const signal = options.signal ?? new AbortController().signal;
  const ownership: Ownership = { lock: undefined };
  makeServerFolder(context.folder, serverAccount(context.folder).switches);
  let first: Postmaster | undefined;
  try {
    first = await openServer(context, ownership, signal);
    await ensureDatabase(serverUrl(context.folder, first.port, 'postgres'), context);
  } catch (thrown) {
    if (first !== undefined && ownership.lock !== undefined) await stopPostmaster(context, first);
    ownership.lock?.release();
    throw thrown;
  }
  return handle(context, first, ownership);
}

/** The lock while this process supervises the server; a guest of another process's server has none. */
interface Ownership {
  lock: SupervisorLock | undefined;
}

function handle(context: ServerContext, first: Postmaster, ownership: Ownership): EmbeddedPostgres {
  const supervision = supervisePostmaster(context, first, (signal) =>
    openServer(context, ownership, signal, first.port),
  );
  let ending: Promise<void> | undefined;
  const end = async (stopServer: boolean) => {
    await supervision.end();
    if (stopServer && ownership.lock !== undefined) await stopPostmaster(context, supervision.postmaster);
    supervision.postmaster.release();
    ownership.lock?.release();
    ownership.lock = undefined;
  };
  return {
    url: serverUrl(context.folder, first.port),
    get pid() {
      return supervision.postmaster.pid;
    },
    adopted: first.adopted,
    get failure() {
      return supervision.failure;
    },
    exited: supervision.over,
    stop: () => {
      ending ??= end(true);
      return ending;
    },
    detach: () => {
      ending ??= end(false);
      return ending;
    },
  };
}

async function openServer(
  context: ServerContext,
  ownership: Ownership,
  signal: AbortSignal,
  fixedPort?: number,
): Promise<Postmaster> {
  const { folder, clock } = context;
  const deadline = clock.now().getTime() + guestPatienceMs;
  for (;;) {
    ownership.lock ??= await takeSupervisorLock(folder.lockFile);
    if (ownership.lock !== undefined) return runPostmaster(context, signal, fixedPort);
    const found = await adoptPostmaster(context);
    if (typeof found !== 'string' && found.port === (fixedPort ?? found.port)) return found;
    if (signal.aborted) throw startCancelled();
    if (clock.now().getTime() >= deadline) {
      const holder = lockHolder(folder.lockFile) ?? 'unknown';
      throw startFailed(
        `process ${holder} supervises this folder, but its server does not come up`,
        folder.logFile,
        '',
      );
    }
    await clock.sleep(guestPollMs, signal);
  }
}

async function ensureDatabase(url: string, { folder }: ServerContext): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 30_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const found = await client.query('select 1 from pg_database where datname = $1', [databaseName]);
    if (found.rowCount === 0) await client.query(`create database ${databaseName}`);
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && (error.code === '42P04' || error.code === '23505');
    if (!taken) throw startFailed(`it refused to serve: ${String(error)}`, folder.logFile, '');
  } finally {
    await client.end().catch(() => undefined);
  }
}
