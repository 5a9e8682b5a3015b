import type { Clock } from '../../base/clock.ts';
import { type HearEvents, StreamGroup, type StreamLine } from './stream-group.ts';

/** The groups of a process: mailboxes that one server answers for one account share a connection, up to 200 each. */
export class StreamGroups {
  readonly #clock: Clock;
  readonly #groups = new Map<string, StreamGroup[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Connections in use or about to be. */
  get size(): number {
    return [...this.#groups.values()].reduce((sum, groups) => sum + groups.length, 0);
  }

  /**
   * Hears of a subscription over the connection of its group until `signal` aborts. `key` names server and account; `open` makes the
   * connection where there is none with room. Rejects with what ended it: `mr_EwsSubscriptionLost`, or the trouble of the line.
   */
  async listen(
    key: string,
    open: () => StreamLine,
    subscriptionId: string,
    hear: HearEvents,
    signal: AbortSignal,
  ): Promise<void> {
    const groups = (this.#groups.get(key) ?? []).filter((group) => !group.isEmpty);
    let group = groups.find((one) => !one.isFull);
    if (group === undefined) {
      group = new StreamGroup(open(), this.#clock);
      groups.push(group);
    }
    this.#groups.set(key, groups);
    try {
      await group.listen(subscriptionId, hear, signal);
    } finally {
      this.#tidy(key);
    }
  }

  #tidy(key: string): void {
    const left = (this.#groups.get(key) ?? []).filter((group) => !group.isEmpty);
    if (left.length === 0) this.#groups.delete(key);
    else this.#groups.set(key, left);
  }
}
