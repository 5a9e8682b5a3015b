import type { Clock } from '../base/clock.ts';
import { MailroomError } from '../base/errors.ts';
import { createWindowCounter } from '../base/window-counter.ts';

/** What one user may ask of one process: Dataverse's service protection limits; 0 switches one off. */
export interface RequestLimitSettings {
  /** Requests within five minutes. */
  readonly requests: number;
  /** Seconds of execution, of all requests together, within five minutes. */
  readonly executionSeconds: number;
  /** Requests at the same time. */
  readonly concurrent: number;
}

/** A request under way. */
export interface CountedRequest {
  /** Headers that tell the user what is left. */
  readonly headers: Readonly<Record<string, string>>;
  end(): void;
}

/** Counts requests by user. */
export interface RequestLimits {
  /** Throws throttled 80072322 (requests), 80072321 (execution time) or 80072326 (at the same time), with the time to wait. */
  begin(userId: string): CountedRequest;
}

const windowMs = 300_000;

/** Limits kept in the memory of this process. */
export function createRequestLimits(settings: RequestLimitSettings, clock: Clock): RequestLimits {
  const counts = createWindowCounter(windowMs);
  const times = createWindowCounter(windowMs);
  const running = new Map<string, number>();
  const executionMs = settings.executionSeconds * 1000;
  return {
    begin(userId) {
      const begunMs = clock.now().getTime();
      const now = running.get(userId) ?? 0;
      if (settings.requests > 0) {
        const waitMs = counts.waitMs(userId, settings.requests, begunMs);
        if (waitMs > 0)
          throw tooMuch(
            '80072322',
            `Number of requests exceeded the limit of ${settings.requests} over 300 seconds.`,
            waitMs,
          );
      }
      if (executionMs > 0) {
        const waitMs = times.waitMs(userId, executionMs, begunMs);
        if (waitMs > 0)
          throw tooMuch(
            '80072321',
            `Combined execution time of requests exceeded the limit of ${settings.executionSeconds} seconds over 300 seconds.`,
            waitMs,
          );
      }
      if (settings.concurrent > 0 && now >= settings.concurrent)
        throw tooMuch('80072326', `Number of concurrent requests exceeded the limit of ${settings.concurrent}.`, 1000);
      counts.add(userId, 1, begunMs);
      running.set(userId, now + 1);
      let hasEnded = false;
      return {
        headers: remaining(settings, counts.total(userId, begunMs), times.total(userId, begunMs)),
        end: () => {
          if (hasEnded) return;
          hasEnded = true;
          const endedMs = clock.now().getTime();
          times.add(userId, Math.max(0, endedMs - begunMs), endedMs);
          const left = (running.get(userId) ?? 1) - 1;
          if (left > 0) running.set(userId, left);
          else running.delete(userId);
        },
      };
    },
  };
}

function remaining(settings: RequestLimitSettings, requests: number, ms: number): Readonly<Record<string, string>> {
  return {
    ...(settings.requests > 0
      ? { 'x-ms-ratelimit-burst-remaining-xrm-requests': String(Math.max(0, settings.requests - requests)) }
      : {}),
    ...(settings.executionSeconds > 0
      ? {
          'x-ms-ratelimit-time-remaining-xrm-requests': Math.max(0, settings.executionSeconds - ms / 1000).toFixed(2),
        }
      : {}),
  };
}

function tooMuch(code: string, message: string, retryAfterMs: number): MailroomError {
  return new MailroomError(`${message} Wait as long as Retry-After says, then go on more slowly.`, {
    code,
    kind: 'throttled',
    retryAfterMs,
  });
}
