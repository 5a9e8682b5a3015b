import type { Clock } from '../base/clock.ts';
import { asMailroomError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';

/** Something that is seen to from time to time. */
export interface HousekeepingTask {
  readonly name: string;
  /** Time between two runs, milliseconds. */
  readonly everyMs: number;
  /** Does what is due at `now`; returns to how many. Safe to repeat and to run in several processes at once. */
  run(now: Date): Promise<number>;
}

/** Runs the tasks while the service runs. */
export interface Housekeeping {
  /** Begins; the first run of each task comes a minute later, so that a start stays quick. */
  start(): void;
  /** Ends after the running task. */
  stop(): Promise<void>;
  /** Runs what is due now; a task that fails is logged and does not stop the others. */
  runDue(): Promise<void>;
}

const lookMs = 60_000;

/** Makes the housekeeping; nothing runs before `start` or `runDue`. */
export function createHousekeeping(tasks: readonly HousekeepingTask[], clock: Clock, log: Log): Housekeeping {
  const ending = new AbortController();
  const lastRun = new Map<string, number>();
  let loop: Promise<void> = Promise.resolve();
  const runDue = async (): Promise<void> => {
    for (const task of tasks) {
      if (ending.signal.aborted) return;
      const now = clock.now();
      const last = lastRun.get(task.name);
      if (last !== undefined && now.getTime() - last < task.everyMs) continue;
      lastRun.set(task.name, now.getTime());
      try {
        const done = await task.run(now);
        if (done > 0) log.info({ task: task.name, done }, 'housekeeping');
      } catch (error) {
        log.warn({ task: task.name, err: asMailroomError(error) }, 'housekeeping failed; it is tried again next time');
      }
    }
  };
  return {
    start: () => {
      loop = (async () => {
        for (;;) {
          await clock.sleep(lookMs, ending.signal);
          if (ending.signal.aborted) return;
          await runDue();
        }
      })();
    },
    stop: async () => {
      ending.abort();
      await loop;
    },
    runDue,
  };
}
