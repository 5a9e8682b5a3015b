import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { serverEnvironment } from './create-cluster.ts';
import { isLit, lightLamp } from './lamp.ts';
import { postmasterSocket, readPostmasterFile } from './postmaster-file.ts';
import { runAs, type ServerAccount } from './server-account.ts';
import type { Postmaster, ServerContext } from './server-context.ts';
import { startCancelled, usedElsewhere } from './server-errors.ts';
import { openServerLog } from './server-log.ts';
import type { ServerPrograms } from './server-programs.ts';

/** How one launch went: a server that takes connections, or how it ended and what it said. */
export type Launch =
  | { readonly postmaster: Postmaster }
  | { readonly failure: 'portTaken' | 'stillHeld' | 'other'; readonly how: string; readonly words: string };

const pollMs = 20;
const patienceMs = 15_000;

/**
 * Starts the server once and waits until it takes connections, for as long as it recovers; logs every 15 s meanwhile.
 * Throws `mr_DatabaseStartCancelled` when `signal` aborts, after ending the process; `mr_DatabaseFolderInUse` when another server answers.
 */
export async function launchPostmaster(
  context: ServerContext,
  programs: ServerPrograms,
  account: ServerAccount,
  port: number,
  signal: AbortSignal,
): Promise<Launch> {
  const { folder } = context;
  const socketFolder = await prepareSocket(folder);
  const output = openServerLog(folder.logFile);
  try {
    const child = spawn(programs.postgres, serverArguments(context, port, socketFolder), {
      ...runAs(account),
      cwd: folder.root,
      env: serverEnvironment,
      stdio: ['ignore', output.descriptor, output.descriptor],
      // A session of its own: Ctrl-C in a terminal must reach Mailroom first, which then stops the server in order.
      detached: true,
    });
    const end = endOf(child);
    const how = await waitUntilReady(context, child, end, signal);
    if (how !== undefined) return { ...judge(output.lastLines()), how, words: output.lastLines() };
    const ended = (stop: AbortSignal) => firstOf(end, stop);
    return { postmaster: { pid: child.pid ?? 0, port, adopted: false, ended, release: () => child.unref() } };
  } finally {
    output.close();
  }
}

/**
 * The socket in the data directory tells other containers that the server lives, and nothing else uses it; what a killed server left
 * goes first. Empty, for none, on a file system without sockets. Throws `mr_DatabaseFolderInUse` when a server answers there.
 */
async function prepareSocket({ root, cluster }: ServerContext['folder']): Promise<string> {
  for (const name of readdirSync(cluster)) {
    if (!name.startsWith(postmasterSocket(''))) continue;
    if (await isLit(cluster, name)) throw usedElsewhere(root, readPostmasterFile(cluster)?.pid ?? 0);
    rmSync(join(cluster, name), { force: true });
  }
  const lamp = await lightLamp(cluster, 'lamp.sock');
  lamp?.out();
  return lamp === undefined ? '' : '.';
}

function serverArguments({ folder, settings }: ServerContext, port: number, socketFolder: string): string[] {
  const ours = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: socketFolder,
    unix_socket_permissions: '0700',
    max_connections: '200',
    // A new segment of the log filled with zeros first is written twice; where mail comes in bulk that halves its rate.
    wal_init_zero: 'off',
    // Large messages take less into segments that are used again than into new ones: they are kept, however quiet it was since.
    max_wal_size: '512MB',
    min_wal_size: '512MB',
    // With mail in bulk a checkpoint every few seconds is as it should be, and nothing to warn of.
    checkpoint_warning: '0',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    ...settings,
  };
  return ['-D', folder.cluster, ...Object.entries(ours).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, killedBy) => resolve(`it ended with ${killedBy ?? `code ${code}`}`));
  });
}

/** Undefined when the server is ready, else how it ended. */
async function waitUntilReady(
  { folder, clock, log }: ServerContext,
  child: ChildProcess,
  end: Promise<string>,
  signal: AbortSignal,
): Promise<string | undefined> {
  let how: string | undefined;
  void end.then((text) => {
    how = text;
  });
  let nextWord = clock.now().getTime() + patienceMs;
  for (;;) {
    const file = readPostmasterFile(folder.cluster);
    if (how === undefined && file?.pid === child.pid && file?.status === 'ready') return undefined;
    if (signal.aborted) {
      child.kill('SIGINT');
      await end;
      throw startCancelled();
    }
    await clock.sleep(pollMs, signal);
    if (how !== undefined) return how;
    if (clock.now().getTime() >= nextWord) {
      nextWord += patienceMs;
      log.warn({ log: folder.logFile }, 'the database is still starting (recovering after a crash)');
    }
  }
}

function judge(words: string): { failure: 'portTaken' | 'stillHeld' | 'other' } {
  if (/lock file "postmaster\.pid" already exists|pre-existing shared memory block/.test(words)) {
    return { failure: 'stillHeld' };
  }
  return { failure: /could not bind .*: Address already in use/.test(words) ? 'portTaken' : 'other' };
}

function firstOf(end: Promise<string>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', done);
    void end.then(done);
  });
}
