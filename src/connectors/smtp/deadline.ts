import type { Clock } from '../../base/clock.ts';

/** Calls back once when a command has taken too long; `refresh` starts its time anew. */
export class Deadline {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #cancelled = new AbortController();
  #expiresAt: number;

  /** `onExpire` is called after `ms` milliseconds of `clock` without refresh, unless cancelled before. */
  constructor(clock: Clock, ms: number, onExpire: () => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#expiresAt = clock.now().getTime() + ms;
    void this.#watch(onExpire);
  }

  refresh(): void {
    this.#expiresAt = this.#clock.now().getTime() + this.#ms;
  }

  cancel(): void {
    this.#cancelled.abort();
  }

  async #watch(onExpire: () => void): Promise<void> {
    const { signal } = this.#cancelled;
    for (;;) {
      const leftMs = this.#expiresAt - this.#clock.now().getTime();
      if (signal.aborted) return;
      if (leftMs <= 0) return onExpire();
      await this.#clock.sleep(leftMs, signal);
    }
  }
}
