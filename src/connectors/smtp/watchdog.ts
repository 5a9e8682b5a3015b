import type { Clock } from '../../base/clock.ts';

/** Calls back when what it watches takes too long; one for the life of a connection, since a timer a command would cost more than the command. */
export class Watchdog {
  readonly #clock: Clock;
  readonly #stopped = new AbortController();
  #ms = 0;
  #expiresAt: number | undefined;
  #onExpire: () => void = () => undefined;
  #isRunning = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** `onExpire` is called once, `ms` milliseconds of the clock after the last `refresh`, unless `rest` comes before. */
  watch(ms: number, onExpire: () => void): void {
    this.#ms = ms;
    this.#onExpire = onExpire;
    this.refresh(true);
    if (!this.#isRunning) void this.#run();
  }

  /** Begins the time anew; does nothing while nothing is watched. */
  refresh(force = false): void {
    if (force || this.#expiresAt !== undefined) this.#expiresAt = this.#clock.now().getTime() + this.#ms;
  }

  /** Nothing is watched from here on. */
  rest(): void {
    this.#expiresAt = undefined;
  }

  /** For good: lets go of the clock. */
  stop(): void {
    this.#expiresAt = undefined;
    // A reason given spares the making of an error with its stack.
    this.#stopped.abort('stopped');
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#expiresAt !== undefined) {
      const leftMs = this.#expiresAt - this.#clock.now().getTime();
      if (leftMs > 0) {
        await this.#clock.sleep(leftMs, this.#stopped.signal);
      } else {
        this.#expiresAt = undefined;
        this.#onExpire();
      }
    }
    this.#isRunning = false;
  }
}
