import type { Clock } from '../../../src/base/clock.ts';

/** A clock that stands still until it is let go; from then on every sleep is over at once. */
export class HeldClock implements Clock {
  #nowMs = Date.UTC(2026, 0, 1);
  #running = false;
  readonly #sleepers = new Set<() => void>();

  now(): Date {
    return new Date(this.#nowMs);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#sleepers.delete(wake);
        resolve();
      };
      if (signal?.aborted) return resolve();
      signal?.addEventListener('abort', wake);
      this.#sleepers.add(() => {
        this.#nowMs += ms;
        wake();
      });
      if (this.#running) this.letGo();
    });
  }

  letGo(): void {
    this.#running = true;
    for (const sleeper of this.#sleepers) sleeper();
    this.#sleepers.clear();
  }
}
