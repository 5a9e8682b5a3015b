import { formatToken } from '../../formats/tracking-token.ts';
import type { Database } from '../../store/database.ts';
import type { OrganizationSettings } from '../../store/organization-settings.ts';
import { type TokenRun, takeTokenRun } from './take-token-run.ts';

/** Once a turn has used up a run, it takes this many times what it needs, so that a long queue locks the counter seldom. */
const ahead = 8;

/** Numbers that one run holds at most beyond need; those not used are left out. */
const mostAhead = 200;

interface Reserve extends TokenRun {
  readonly left: number;
}

/** Hands out the tokens of one turn (CO-10 to CO-13, CO-21). */
export class TokenCounter {
  readonly #database: Database;
  readonly #settings: OrganizationSettings;
  readonly #reserves = new Map<string | null, Reserve>();
  readonly #waiting = new Map<string | null, Promise<unknown>>();

  constructor(database: Database, settings: OrganizationSettings) {
    this.#database = database;
    this.#settings = settings;
  }

  /** The next `count` tokens of a user, or of the organisation when null; committed as taken before they are returned. */
  take(userId: string | null, count: number): Promise<readonly string[]> {
    const before = this.#waiting.get(userId) ?? Promise.resolve();
    const taken = before.then(() => this.#take(userId, count));
    this.#waiting.set(
      userId,
      taken.catch(() => undefined),
    );
    return taken;
  }

  async #take(userId: string | null, count: number): Promise<readonly string[]> {
    const reserve = this.#reserves.get(userId);
    const fromReserve = Math.min(count, reserve?.left ?? 0);
    const tokens = reserve === undefined ? [] : this.#format(reserve, fromReserve);
    if (reserve !== undefined) {
      this.#reserves.set(userId, { ...reserve, next: reserve.next + fromReserve, left: reserve.left - fromReserve });
    }
    const needed = count - fromReserve;
    if (needed === 0) return tokens;
    const size = reserve === undefined ? needed : Math.min(needed * ahead, needed + mostAhead);
    const run = await this.#database.transaction((scope) => takeTokenRun(scope, this.#settings, userId, size));
    this.#reserves.set(userId, { user: run.user, next: run.next + needed, left: size - needed });
    return [...tokens, ...this.#format(run, needed)];
  }

  #format(run: TokenRun, count: number): string[] {
    const { prefix, userBase, userDigits, counterDigits } = this.#settings.token;
    return Array.from({ length: count }, (_, index) =>
      formatToken({
        prefix,
        deploy: 0,
        user: userBase + run.user,
        userDigits,
        counter: run.next + index,
        counterDigits,
      }),
    );
  }
}
