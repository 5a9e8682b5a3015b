import type { Postmaster, ServerContext } from './server-context.ts';

/** Shutdown modes from orderly to forced, and how long each may take (PostgreSQL 18, 18.5). */
const steps: readonly { readonly signal: NodeJS.Signals; readonly waitMs: number }[] = [
  { signal: 'SIGINT', waitMs: 60_000 },
  { signal: 'SIGQUIT', waitMs: 15_000 },
  { signal: 'SIGKILL', waitMs: 15_000 },
];

/** Stops the server: fast shutdown first, harder after a minute; resolves when it has ended or nothing more can be done. */
export async function stopPostmaster({ clock, log }: ServerContext, postmaster: Postmaster): Promise<void> {
  for (const { signal, waitMs } of steps) {
    try {
      process.kill(postmaster.pid, signal);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) {
        log.error({ pid: postmaster.pid, err: error }, 'the database server cannot be stopped');
      }
      return;
    }
    const over = new AbortController();
    let ended = false;
    const end = postmaster.ended(over.signal).then(() => {
      ended = !over.signal.aborted;
    });
    await Promise.race([end, clock.sleep(waitMs, over.signal)]);
    const inTime = ended;
    over.abort();
    await end;
    if (inTime) return;
    log.warn({ pid: postmaster.pid, signal }, 'the database server does not stop');
  }
}
