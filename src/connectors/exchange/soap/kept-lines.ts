import type { Clock } from '../../../base/clock.ts';
import type { EwsLine } from './ews-line.ts';

/** Time that a line waits for its next conversation, milliseconds: short beside what servers and firewalls allow an idle connection. */
const mostIdleMs = 30_000;
/** Lines kept in all. */
const mostKept = 64;

interface Kept {
  readonly key: string;
  readonly line: EwsLine;
  readonly since: number;
}

/**
 * Lines that conversations left in good order, for the next one of the same account at the same server: a handshake and a sign-in less.
 * A key stands for all that a connection may be bound to, first of all who signed it in (NTLM); a line is one conversation's at a time.
 */
export class KeptLines {
  readonly #clock: Clock;
  /** The oldest first. */
  #kept: Kept[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The line that was left last under a key; it is the caller's now. */
  take(key: string): EwsLine | undefined {
    this.#closeOld();
    const at = this.#kept.findLastIndex((one) => one.key === key);
    return at < 0 ? undefined : this.#kept.splice(at, 1)[0]?.line;
  }

  /** Keeps a line on which nothing is under way. */
  keep(key: string, line: EwsLine): void {
    this.#kept.push({ key, line, since: this.#clock.now().getTime() });
    this.#closeOld();
  }

  #closeOld(): void {
    const oldest = this.#clock.now().getTime() - mostIdleMs;
    const isOld = ({ since }: Kept, at: number): boolean => since <= oldest || at < this.#kept.length - mostKept;
    for (const { line } of this.#kept.filter(isOld)) void line.client.close();
    this.#kept = this.#kept.filter((one, at) => !isOld(one, at));
  }
}
