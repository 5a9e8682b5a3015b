import type { Clock } from '../base/clock.ts';

/** Longest that a free place waits for others to become free, milliseconds: short beside a sign-in at a server. */
const gatheringMs = 250;

export interface TurnPlacesOptions {
  readonly clock: Clock;
  /** Turns at a time. */
  readonly most: number;
  /** Turns in progress. */
  readonly running: () => number;
  /** Has the scheduler look at what is due. */
  readonly wake: () => void;
  /** True where somebody waits for the turns: each free place is given out at once. */
  readonly isUrgent: boolean;
}

/**
 * The places for turns of one kind of work. While more is due than there are places, those that become free are given out when half of
 * them are, or after a quarter of a second: what turns begin with is one statement for all that begin together. Otherwise nothing waits.
 */
export class TurnPlaces {
  readonly #options: TurnPlacesOptions;
  /** Free places that are given out at once. */
  readonly #enough: number;
  /** True while more may be due than was taken. */
  #isCrowded = false;
  /** True when a lease was given back that no look has asked about. */
  #isOwedLook = false;
  /** Ends the wait of the first place that became free; undefined while none waits. */
  #waiting: AbortController | undefined;
  #hasWaited = false;

  constructor(options: TurnPlacesOptions) {
    this.#options = options;
    this.#enough = options.isUrgent ? 1 : Math.ceil(options.most / 2);
  }

  /** True while more may be due than was taken: a look is asked for when places are to be given out. */
  get isCrowded(): boolean {
    return this.#isCrowded;
  }

  /** How many turns may begin now. */
  open(): number {
    const free = this.#free();
    return !this.#isCrowded || this.#hasWaited || free >= this.#enough ? free : 0;
  }

  /** To be called after each look that was to fill places: `asked` were offered, `taken` were due. */
  filled(asked: number, taken: number): void {
    this.close();
    this.#hasWaited = false;
    this.#isCrowded = asked > 0 && taken === asked;
    if (this.#isCrowded) {
      this.freed();
      return;
    }
    if (this.#isOwedLook) this.#options.wake();
    this.#isOwedLook = false;
  }

  /** To be called when the work of a turn is over. */
  freed(): void {
    const free = this.#free();
    if (!this.#isCrowded || free === 0) return;
    if (free >= this.#enough) this.#options.wake();
    else if (this.#waiting === undefined) void this.#wait();
  }

  /** To be called when a lease was given back: its mailbox may be due again. */
  released(): void {
    if (this.#isCrowded) this.#isOwedLook = true;
    else this.#options.wake();
  }

  /** Ends the wait; no timer is left. */
  close(): void {
    this.#waiting?.abort('over');
    this.#waiting = undefined;
  }

  #free(): number {
    return Math.max(0, this.#options.most - this.#options.running());
  }

  async #wait(): Promise<void> {
    const waiting = new AbortController();
    this.#waiting = waiting;
    await this.#options.clock.sleep(gatheringMs, waiting.signal);
    if (waiting.signal.aborted) return;
    this.#hasWaited = true;
    this.#options.wake();
  }
}
