import { EwsError } from '../soap/ews-error.ts';
import type { Account } from '../store/account.ts';
import { backOffDetails } from './fault-plan.ts';

/** How much a user may ask. */
export interface ThrottlePolicy {
  /** Requests a user may make at once before it has to wait. */
  readonly burst: number;
  /** Requests that come back to a user's budget each second. */
  readonly perSecond: number;
}

interface Budget {
  left: number;
  at: number;
  open: number;
}

/** Counts what each user asks: how many requests at once, and how many in a time when there is a policy. */
export class Throttle {
  readonly #policy: ThrottlePolicy | undefined;
  readonly #limit: number;
  readonly #now: () => number;
  readonly #budgets = new Map<Account, Budget>();

  /** `limit` is the number of requests a user may have open at once. */
  constructor(policy: ThrottlePolicy | undefined, limit: number, now: () => number) {
    this.#policy = policy;
    this.#limit = limit;
    this.#now = now;
  }

  /** Counts a request and returns what ends it. Throws EwsError when it is one too many. */
  enter(account: Account): () => void {
    const budget = this.#budget(account);
    if (budget.open >= this.#limit) throw new EwsError('ErrorExceededConnectionCount', undefined, { isFault: true });
    this.#spend(budget);
    budget.open += 1;
    let isOpen = true;
    return () => {
      if (isOpen) budget.open -= 1;
      isOpen = false;
    };
  }

  #budget(account: Account): Budget {
    const known = this.#budgets.get(account);
    if (known !== undefined) return known;
    const made = { left: this.#policy?.burst ?? 0, at: this.#now(), open: 0 };
    this.#budgets.set(account, made);
    return made;
  }

  #spend(budget: Budget): void {
    if (this.#policy === undefined) return;
    const { burst, perSecond } = this.#policy;
    const now = this.#now();
    budget.left = Math.min(burst, budget.left + ((now - budget.at) / 1000) * perSecond);
    budget.at = now;
    if (budget.left < 1) {
      const wait = Math.ceil(((1 - budget.left) / perSecond) * 1000);
      throw new EwsError('ErrorServerBusy', undefined, { isFault: true, details: backOffDetails(wait) });
    }
    budget.left -= 1;
  }
}
