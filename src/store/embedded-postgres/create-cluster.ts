import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runAs, type ServerAccount } from './server-account.ts';
import type { ServerContext } from './server-context.ts';
import { folderFailed, startCancelled, startFailed } from './server-errors.ts';
import { openServerLog } from './server-log.ts';
import type { ServerPrograms } from './server-programs.ts';
import { databaseName } from './server-url.ts';

/** Environment of every PostgreSQL process: no variable of ours leaks in, messages are English so that they can be recognised. */
export const serverEnvironment = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' } as const;

/**
 * Makes the data directory with initdb unless there is one: UTF-8, PostgreSQL's own C.UTF-8 rules (the same on every
 * machine, `lower('Á')` works), scram password in a file of mode 0600.
 * Throws `mr_DatabaseStartFailed` with initdb's last words, or `mr_DatabaseFolderUnusable`.
 */
export async function createCluster(
  context: ServerContext,
  programs: ServerPrograms,
  account: ServerAccount,
  signal: AbortSignal,
): Promise<void> {
  const { folder, log } = context;
  if (existsSync(folder.cluster)) return;
  const password = randomBytes(24).toString('hex');
  const handOver = join(folder.newCluster, 'initdb-password');
  try {
    rmSync(folder.newCluster, { recursive: true, force: true });
    mkdirSync(join(folder.newCluster, 'cluster'), { recursive: true, mode: 0o700 });
    writeFileSync(handOver, `${password}\n`, { mode: 0o600 });
    for (const path of [folder.newCluster, join(folder.newCluster, 'cluster'), handOver]) giveTo(path, account);
    rmSync(folder.passwordFile, { force: true });
    writeFileSync(folder.passwordFile, `${password}\n`, { mode: 0o600 });
  } catch (cause) {
    throw folderFailed(folder.root, 'cannot take a new database', cause);
  }
  await runInitdb(context, programs, account, handOver, signal);
  renameSync(join(folder.newCluster, 'cluster'), folder.cluster);
  rmSync(folder.newCluster, { recursive: true, force: true });
  log.info({ folder: folder.root }, 'database created');
}

function giveTo(path: string, account: ServerAccount): void {
  if (account.switches) chownSync(path, account.uid, account.gid);
}

function runInitdb(
  { folder, settings }: ServerContext,
  programs: ServerPrograms,
  account: ServerAccount,
  passwordFile: string,
  signal: AbortSignal,
): Promise<void> {
  const locale = ['-E', 'UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const sign = ['-U', databaseName, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  const args = ['-D', join(folder.newCluster, 'cluster'), ...locale, ...sign];
  if (settings.fsync === 'off') args.push('--no-sync');
  const output = openServerLog(folder.logFile);
  const child = spawn(programs.initdb, args, {
    ...runAs(account),
    cwd: folder.root,
    env: serverEnvironment,
    stdio: ['ignore', output.descriptor, output.descriptor],
  });
  const cancel = () => child.kill('SIGTERM');
  signal.addEventListener('abort', cancel);
  return new Promise<void>((resolve, reject) => {
    child.once('error', (error) => reject(startFailed(`initdb: ${error.message}`, folder.logFile, '')));
    child.once('exit', (code, killedBy) => {
      if (signal.aborted) return reject(startCancelled());
      if (code === 0) return resolve();
      reject(startFailed(`initdb ended with ${killedBy ?? `code ${code}`}`, folder.logFile, output.lastLines()));
    });
  }).finally(() => {
    signal.removeEventListener('abort', cancel);
    output.close();
  });
}
