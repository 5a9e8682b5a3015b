import { readFileSync, writeFileSync } from 'node:fs';
import { adoptPostmaster } from './adopt-postmaster.ts';
import { createCluster } from './create-cluster.ts';
import { freeLoopbackPort } from './free-port.ts';
import { launchPostmaster } from './launch-postmaster.ts';
import { barrierTo, serverAccount } from './server-account.ts';
import type { Postmaster, ServerContext } from './server-context.ts';
import { setUpWrong, startCancelled, startFailed } from './server-errors.ts';
import { makeServerFolder } from './server-folder.ts';
import { findServerPackage, serverPrograms } from './server-programs.ts';

/** How long a data directory may look taken: a killed server keeps its number until its parent collects it (3 to 8 s seen). */
const heldPatienceMs = 15_000;
/** Time between two words about a server that is waited for, milliseconds. */
const wordMs = 15_000;
const retryMs = 250;
const portAttempts = 10;

/**
 * A running server on the folder: the one that runs already, else a new one. `fixedPort` (a restart, whose clients know
 * the port) must be had again; otherwise the port of the last start is tried first, then others. A server that recovers or
 * stops is waited for, for as long as it takes.
 * Throws `mr_DatabaseStartFailed`, `mr_DatabaseSetUp`, `mr_DatabaseFolderUnusable` or `mr_DatabaseStartCancelled`.
 */
export async function runPostmaster(
  context: ServerContext,
  signal: AbortSignal,
  fixedPort?: number,
): Promise<Postmaster> {
  const { folder, clock, log } = context;
  let deadline = clock.now().getTime() + heldPatienceMs;
  let nextWord = clock.now().getTime() + wordMs;
  let port = fixedPort ?? readPort(folder.portFile) ?? (await freeLoopbackPort());
  let portsLeft = portAttempts;
  for (;;) {
    if (signal.aborted) throw startCancelled();
    const found = await adoptPostmaster(context);
    if (typeof found !== 'string') return found;
    if (found === 'busy') {
      await clock.sleep(retryMs, signal);
      const now = clock.now().getTime();
      deadline = now + heldPatienceMs;
      if (now < nextWord) continue;
      nextWord = now + wordMs;
      log.warn(
        { log: folder.logFile },
        'the database server that runs already takes no connections yet (it recovers after a crash, or stops)',
      );
      continue;
    }
    const launch = found === 'nothing' ? await prepareAndLaunch(context, port, signal) : heldByUnknown;
    if ('postmaster' in launch) {
      writeFileSync(folder.portFile, `${port}\n`);
      return launch.postmaster;
    }
    if (launch.failure === 'portTaken' && fixedPort === undefined && portsLeft > 0) {
      portsLeft -= 1;
      port = await freeLoopbackPort();
    } else if (launch.failure !== 'stillHeld' || clock.now().getTime() >= deadline) {
      throw startFailed(launch.how, folder.logFile, launch.words);
    } else {
      await clock.sleep(retryMs, signal);
    }
  }
}

const heldByUnknown = {
  failure: 'stillHeld',
  how: 'the process named in cluster/postmaster.pid is alive but does not answer as the server of this folder; end it, or remove that file if it is no PostgreSQL server',
  words: '',
} as const;

async function prepareAndLaunch(context: ServerContext, port: number, signal: AbortSignal) {
  const { folder } = context;
  const account = serverAccount(folder);
  makeServerFolder(folder, account.switches);
  const barrier = barrierTo(folder.root, account);
  if (barrier !== undefined) {
    throw setUpWrong(
      `The database server runs as user id ${account.uid} (PostgreSQL refuses root), which cannot pass the folder ${barrier} on the way to ${folder.root}.`,
      `Choose a data folder outside it (for example /var/lib/mailroom), or let others pass with "chmod o+x ${barrier}"`,
    );
  }
  const programs = serverPrograms(context.packageFolder ?? findServerPackage(), folder, account);
  await createCluster(context, programs, account, signal);
  return launchPostmaster(context, programs, account, port, signal);
}

function readPort(file: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}
