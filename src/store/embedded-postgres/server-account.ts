import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setUpWrong } from './server-errors.ts';
import type { ServerFolder } from './server-folder.ts';

/** The user the server runs as. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
  /** True when this process is root and must switch, because PostgreSQL refuses to run as root. */
  readonly switches: boolean;
}

/**
 * The user to run the server as: this process's, or for root the owner of an existing cluster, else `postgres`, else `nobody`.
 * Throws configuration `mr_DatabaseSetUp` when the cluster belongs to another user, or root finds no such account.
 */
export function serverAccount(folder: ServerFolder): ServerAccount {
  const uid = process.getuid?.() ?? -1;
  const gid = process.getgid?.() ?? -1;
  const owner = statSync(folder.cluster, { throwIfNoEntry: false });
  if (uid !== 0) {
    if (owner !== undefined && owner.uid !== uid) {
      throw setUpWrong(
        `The database in ${folder.cluster} belongs to user id ${owner.uid}, but Mailroom runs as user id ${uid}.`,
        `Start Mailroom as its owner or as root, or give it away with "chown -R ${uid} ${folder.root}"`,
      );
    }
    return { uid, gid, switches: false };
  }
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, switches: true };
  for (const name of ['postgres', 'nobody']) {
    const account = lookUp(name);
    if (account !== undefined) return { ...account, switches: true };
  }
  throw setUpWrong(
    'PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to run it as.',
    'Create one with "useradd --system postgres", start Mailroom as an ordinary user',
  );
}

/** The options that make a child process run as `account`. */
export function runAs(account: ServerAccount): { readonly uid?: number; readonly gid?: number } {
  return account.switches ? { uid: account.uid, gid: account.gid } : {};
}

/** The first of the folders above and including `path` that `account` cannot pass, or undefined when it can reach `path`. */
export function barrierTo(path: string, account: ServerAccount): string | undefined {
  if (!account.switches) return undefined;
  const chain: string[] = [];
  for (let step = path; step !== dirname(step); step = dirname(step)) chain.unshift(step);
  const script = 'for p do [ -x "$p" ] || { printf %s "$p"; exit 1; }; done';
  const run = spawnSync('/bin/sh', ['-c', script, 'sh', ...chain], { ...runAs(account), cwd: '/', encoding: 'utf8' });
  if (run.error !== undefined) {
    throw setUpWrong(
      `This process is root but may not switch to user id ${account.uid} (${run.error.message}).`,
      'Start Mailroom as an ordinary user, or allow it to change users (CAP_SETUID, CAP_SETGID)',
      run.error,
    );
  }
  return run.status === 0 ? undefined : run.stdout;
}

function lookUp(name: string): { uid: number; gid: number } | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) => {
    const run = spawnSync('id', [flag, name], { encoding: 'utf8' });
    return run.status === 0 ? Number.parseInt(run.stdout, 10) : 0;
  });
  return uid && gid ? { uid, gid } : undefined;
}
