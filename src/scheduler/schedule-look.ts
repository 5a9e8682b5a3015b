import type { Clock } from '../base/clock.ts';
import type { MailboxLeases, WorkOutlook } from '../store/mailbox-leases.ts';
import type { SqlScope } from '../store/sql-scope.ts';

/** A look is news for so long, milliseconds. */
const freshMs = 20;

/**
 * Looks at the schedule. One that went along with the ends of turns is used for the pass that follows at once, instead of another;
 * a hint that something else became due makes it worthless.
 */
export class ScheduleLook {
  readonly #options: { readonly leases: MailboxLeases; readonly clock: Clock };
  #along: { readonly found: readonly WorkOutlook[]; readonly at: number } | undefined;
  #hints = 0;

  constructor(options: { readonly leases: MailboxLeases; readonly clock: Clock }) {
    this.#options = options;
  }

  /** To be called when something may have become due that no look has seen. */
  hint(): void {
    this.#hints += 1;
    this.#along = undefined;
  }

  /** Looks by way of `scope`, behind what else is asked there. Never fails: without it the pass looks by itself. */
  async lookAlong(scope: SqlScope): Promise<void> {
    const { leases, clock } = this.#options;
    const asked = this.#hints;
    const at = clock.now();
    const found = await leases.outlook(at, scope).catch(() => undefined);
    if (found !== undefined && asked === this.#hints) this.#along = { found, at: at.getTime() };
  }

  /** What is due, or will be. Throws MailroomError when the store fails. */
  async outlook(): Promise<readonly WorkOutlook[]> {
    const along = this.#along;
    this.#along = undefined;
    const now = this.#options.clock.now();
    return along !== undefined && now.getTime() - along.at < freshMs ? along.found : this.#options.leases.outlook(now);
  }
}
