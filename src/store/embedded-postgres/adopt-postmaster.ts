import { realpathSync, rmSync } from 'node:fs';
import { Client } from 'pg';
import { isLit } from './lamp.ts';
import { type PostmasterFile, postmasterFilePath, postmasterSocket, readPostmasterFile } from './postmaster-file.ts';
import { isWorkedIn, processIdentity, workFolder } from './process-identity.ts';
import type { Postmaster, ServerContext } from './server-context.ts';
import { usedElsewhere } from './server-errors.ts';
import { serverUrl } from './server-url.ts';

/** What runs on the data directory already: nothing, a server that recovers or stops, something else not usable yet, or a server of ours. */
export type Found = 'nothing' | 'busy' | 'unclear' | Postmaster;

const watchMs = 500;
const connectMs = 5_000;
/** SQLSTATE of a server that starts, recovers or stops. */
const cannotConnectNow = '57P03';

/**
 * Looks for a server on the data directory, left by a killed Mailroom or supervised by another one, and takes it only when
 * it answers our password, serves this very directory and started when `postmaster.pid` says. Throws `mr_DatabaseFolderInUse`
 * when the server runs in another container.
 */
export async function adoptPostmaster(context: ServerContext): Promise<Found> {
  const { folder, log } = context;
  const file = readPostmasterFile(folder.cluster);
  if (file === undefined) return 'nothing';
  const identity = processIdentity(file.pid);
  const isStranger = identity === undefined || isOtherProcess(context, file);
  if (isStranger && (await isLit(folder.cluster, postmasterSocket(file.port))))
    throw usedElsewhere(folder.root, file.pid);
  if (identity === undefined) return 'nothing';
  if (isStranger && removeStaleFile(context, file)) return 'nothing';
  const answer = file.status === 'ready' ? await ask(context, file) : 'busy';
  if (answer === 'busy') return workFolder(file.pid) === realpathSync(context.folder.cluster) ? 'busy' : 'unclear';
  if (answer === 'other') return 'unclear';
  log.info({ pid: file.pid, port: file.port }, 'found the database server running; using it');
  return {
    pid: file.pid,
    port: file.port,
    adopted: true,
    ended: async (signal) => {
      while (!signal.aborted && processIdentity(file.pid) === identity) await context.clock.sleep(watchMs, signal);
    },
    release: () => undefined,
  };
}

/** True when the process of that number works elsewhere and no process at all works in the data directory. */
function isOtherProcess({ folder }: ServerContext, file: PostmasterFile): boolean {
  const cluster = realpathSync(folder.cluster);
  const place = workFolder(file.pid);
  return place !== undefined && place !== cluster && isWorkedIn(cluster) === false;
}

/**
 * After a reboot or in a new container another process may bear the number in `postmaster.pid`, and PostgreSQL would refuse
 * to start for ever.
 */
function removeStaleFile({ folder, log }: ServerContext, file: PostmasterFile): boolean {
  if (readPostmasterFile(folder.cluster)?.pid !== file.pid) return false;
  rmSync(postmasterFilePath(folder.cluster), { force: true });
  log.warn({ pid: file.pid }, 'removed a stale postmaster.pid: the process it names is not a database server');
  return true;
}

/** Whether what answers is the server of this folder, or one that takes no connections now. */
async function ask({ folder }: ServerContext, file: PostmasterFile): Promise<'ours' | 'busy' | 'other'> {
  const client = new Client({
    connectionString: serverUrl(folder, file.port, 'postgres'),
    connectionTimeoutMillis: connectMs,
    query_timeout: connectMs,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const answer = await client.query<{ place: string; started: string }>(
      "select current_setting('data_directory') as place, extract(epoch from pg_postmaster_start_time()) as started",
    );
    const row = answer.rows[0];
    if (row === undefined || realpathSync(row.place) !== realpathSync(folder.cluster)) return 'other';
    return Math.abs(Number(row.started) - file.startedOnSeconds) <= 2 ? 'ours' : 'other';
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === cannotConnectNow ? 'busy' : 'other';
  } finally {
    await client.end().catch(() => undefined);
  }
}
