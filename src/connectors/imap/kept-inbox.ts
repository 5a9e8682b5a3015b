import type { Clock } from '../../base/clock.ts';

/**
 * Time in which a server may show one connection what it does not show another yet, milliseconds: a listing so soon after news is not
 * relied on.
 */
const settlingMs = 60_000;
/** Longest time without a listing, milliseconds, whatever the line says: one may be held by a server that the mailbox has left. */
const mostAgeMs = 3_600_000;

/** Tells a kept inbox up to which cursor it was listed. */
type NoteListed = (cursor: string | null) => void;

/**
 * An inbox of which an open line tells each change: what was listed up to a cursor need not be listed again while the line is silent,
 * which saves a connection and a sign-in. Any doubt is an answer of no: the server is asked anew then.
 */
export class KeptInbox {
  readonly #clock: Clock;
  readonly #look: () => Promise<boolean>;
  #changes = 0;
  #changedAt: number;
  #listed: { readonly cursor: string | null; readonly changes: number; readonly at: number } | undefined;

  /** `look` has the server look now, and resolves to true once what it found was told to `noteChange`. */
  constructor(clock: Clock, look: () => Promise<boolean>) {
    this.#clock = clock;
    this.#look = look;
    this.#changedAt = clock.now().getTime();
  }

  /** Something came, went or was flagged. */
  noteChange(): void {
    this.#changes += 1;
    this.#changedAt = this.#clock.now().getTime();
  }

  /** True when a listing after `cursor` would tell nothing now; the server is asked on the line. */
  async isAsListed(cursor: string | null): Promise<boolean> {
    const listed = this.#listed;
    if (listed === undefined || listed.cursor !== cursor || this.#changes !== listed.changes) return false;
    const age = this.#clock.now().getTime() - listed.at;
    if (age < 0 || age > mostAgeMs) return false;
    return (await this.#look()) && this.#changes === listed.changes;
  }

  /** Called before a listing on another connection begins; the result is called when all that it told is dealt with. */
  beginListing(): NoteListed {
    const changes = this.#changes;
    const at = this.#clock.now().getTime();
    const isSettled = at - this.#changedAt >= settlingMs;
    return (cursor) => {
      this.#listed = isSettled ? { cursor, changes, at } : undefined;
    };
  }
}
