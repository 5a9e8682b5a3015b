import type { Clock } from '../../src/base/clock.ts';

/** A clock whose time moves only when the test says so. */
export interface HeldClock extends Clock {
  /** Sleepers waiting now. */
  readonly sleepers: number;
  /** Moves time on by `ms`, waking sleepers in the order of their times, each at its own time; those who sleep again within the span wake again. */
  advance(ms: number): Promise<void>;
  /** Resolves when `count` sleepers wait (at once when they do): what a test needs before it advances over work still under way. */
  untilSleeping(count?: number): Promise<void>;
}

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** A clock standing at `start` (2026-01-01T00:00:00Z when absent). */
export function heldClock(start: Date = new Date(Date.UTC(2026, 0, 1))): HeldClock {
  let nowMs = start.getTime();
  const sleepers = new Set<Sleeper>();
  return {
    now: () => new Date(nowMs),
    get sleepers() {
      return sleepers.size;
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted || ms <= 0) return resolve();
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper = { atMs: nowMs + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake);
      }),
    advance: async (ms) => {
      const until = nowMs + ms;
      await settled();
      for (let next = earliest(sleepers, until); next !== undefined; next = earliest(sleepers, until)) {
        nowMs = next.atMs;
        next.wake();
        await settled();
      }
      nowMs = until;
    },
    untilSleeping: async (count = 1) => {
      while (sleepers.size < count) await settled();
    },
  };
}

function earliest(sleepers: ReadonlySet<Sleeper>, until: number): Sleeper | undefined {
  let first: Sleeper | undefined;
  for (const sleeper of sleepers) {
    if (sleeper.atMs <= until && (first === undefined || sleeper.atMs < first.atMs)) first = sleeper;
  }
  return first;
}

/** Lets everything that can run without waiting for time or the network run. */
async function settled(): Promise<void> {
  for (let round = 0; round < 3; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
