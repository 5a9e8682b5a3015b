import type { Clock } from '../../base/clock.ts';
import { MailroomError } from '../../base/errors.ts';
import { createWindowCounter } from '../../base/window-counter.ts';

/** Keeps one address from guessing on: failures are counted, and too many of them answer 429 until time has passed. */
export interface AttemptLimit {
  /** Throws throttled `mr_TooManyAttempts` while the address has too many failures. */
  check(address: string): void;
  noteFailure(address: string): void;
  /** The refusal itself, for limits kept elsewhere. */
  tooMany(waitMs: number): MailroomError;
}

const windowMs = 15 * 60_000;

/** A limit of `most` failures in 15 minutes for one address. */
export function createAttemptLimit(most: number, clock: Clock): AttemptLimit {
  const failures = createWindowCounter(windowMs);
  const nowMs = (): number => clock.now().getTime();
  const tooMany = (waitMs: number): MailroomError =>
    new MailroomError('Too many sign-ins failed. Wait a while, then try again.', {
      code: 'mr_TooManyAttempts',
      kind: 'throttled',
      retryAfterMs: Math.max(1000, waitMs),
    });
  return {
    check: (address) => {
      const waitMs = failures.waitMs(address, most, nowMs());
      if (waitMs > 0) throw tooMany(waitMs);
    },
    noteFailure: (address) => failures.add(address, 1, nowMs()),
    tooMany,
  };
}
