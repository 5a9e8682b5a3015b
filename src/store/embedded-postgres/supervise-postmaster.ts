import { asMailroomError, MailroomError } from '../../base/errors.ts';
import type { Postmaster, ServerContext } from './server-context.ts';

/** What the supervisor knows and can be told. */
export interface Supervision {
  /** The server now, or the last one while it is down. */
  readonly postmaster: Postmaster;
  /** Why there is no server at the moment; undefined while it runs. */
  readonly failure: MailroomError | undefined;
  /** Resolves when watching ended: with the reason, or undefined after `end`. */
  readonly over: Promise<MailroomError | undefined>;
  /** Stops watching and leaves the server alone. */
  end(): Promise<void>;
}

const firstDelayMs = 500;
const longestDelayMs = 60_000;
/** A server that ran this long starts again without delay when it dies. */
const steadyMs = 60_000;

/** Watches `first` and calls `restart` whenever it dies, after 0.5 s, then twice as long each time up to a minute, for ever. */
export function supervisePostmaster(
  context: ServerContext,
  first: Postmaster,
  restart: (signal: AbortSignal) => Promise<Postmaster>,
): Supervision {
  const { clock, log } = context;
  const ending = new AbortController();
  let postmaster = first;
  let failure: MailroomError | undefined;

  async function revive(delayMs: number): Promise<void> {
    for (let waitMs = delayMs; !ending.signal.aborted; waitMs = Math.min(waitMs * 2, longestDelayMs)) {
      await clock.sleep(waitMs, ending.signal);
      if (ending.signal.aborted) return;
      try {
        postmaster = await restart(ending.signal);
        failure = undefined;
        log.info({ pid: postmaster.pid }, 'the database server runs again');
        return;
      } catch (thrown) {
        failure = asMailroomError(thrown);
        if (!ending.signal.aborted) log.error({ err: failure }, 'the database server does not start; trying again');
      }
    }
  }

  async function watch(): Promise<MailroomError | undefined> {
    let delayMs = firstDelayMs;
    while (!ending.signal.aborted) {
      const since = clock.now().getTime();
      await postmaster.ended(ending.signal);
      if (ending.signal.aborted) break;
      failure = died(postmaster.pid, context.folder.logFile);
      log.error({ pid: postmaster.pid, log: context.folder.logFile }, 'the database server died; starting it again');
      if (clock.now().getTime() - since >= steadyMs) delayMs = firstDelayMs;
      await revive(delayMs);
      delayMs = Math.min(delayMs * 2, longestDelayMs);
    }
    return undefined;
  }

  const over = watch().catch((thrown: unknown) => asMailroomError(thrown));
  return {
    get postmaster() {
      return postmaster;
    },
    get failure() {
      return failure;
    },
    over,
    end: async () => {
      ending.abort();
      await over;
    },
  };
}

function died(pid: number, logFile: string): MailroomError {
  return new MailroomError(
    `The embedded PostgreSQL server (process ${pid}) died and is being started again. See ${logFile} for the reason.`,
    { code: 'mr_DatabaseDown', kind: 'transient' },
  );
}
