import { EwsError } from '../soap/ews-error.ts';
import type { Account } from '../store/account.ts';
import { Subscription, type SubscriptionKind, type SubscriptionWish } from './subscription.ts';

/** All subscriptions of a server. */
export class SubscriptionHub {
  readonly #now: () => number;
  readonly #all = new Map<string, Subscription>();
  readonly #streams = new Map<Account, Set<() => void>>();
  #count = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get subscriptions(): readonly Subscription[] {
    return [...this.#all.values()];
  }

  add(wish: SubscriptionWish, backEnd: string): Subscription {
    this.#count += 1;
    const id = Buffer.from(`${backEnd}|${wish.kind}|${this.#count.toString().padStart(8, '0')}`).toString('base64');
    const made = new Subscription(id, wish, backEnd, this.#now());
    this.#all.set(id, made);
    return made;
  }

  /** The subscription of an id, if it is of that kind and has not run out. */
  find(id: string, kind: SubscriptionKind): Subscription | undefined {
    const found = this.#all.get(id);
    if (found === undefined || found.wish.kind !== kind) return undefined;
    const limitMs = found.wish.timeoutMinutes * 60_000;
    if (kind === 'pull' && this.#now() - found.lastAsked > limitMs) {
      this.remove(id);
      return undefined;
    }
    found.lastAsked = this.#now();
    return found;
  }

  /** Ends a subscription; false when there is none of that id. */
  remove(id: string): boolean {
    const found = this.#all.get(id);
    if (found === undefined) return false;
    this.#all.delete(id);
    found.end();
    found.onEvent?.();
    return true;
  }

  /** Forgets all subscriptions, as a restarted server does; open streams are told on their next event. */
  removeAll(): void {
    for (const id of [...this.#all.keys()]) this.remove(id);
  }

  /** Counts a streaming connection of a user. Throws ErrorExceededConnectionCount above the limit; returns what ends the count. */
  openStream(account: Account, limit: number, close: () => void): () => void {
    const open = this.#streams.get(account) ?? new Set();
    if (open.size >= limit) throw new EwsError('ErrorExceededConnectionCount');
    open.add(close);
    this.#streams.set(account, open);
    return () => void open.delete(close);
  }

  /** Streaming connections open now. */
  get openStreams(): number {
    return [...this.#streams.values()].reduce((sum, open) => sum + open.size, 0);
  }

  /** Cuts every streaming connection. */
  cutStreams(): void {
    for (const open of this.#streams.values()) for (const close of [...open]) close();
  }
}
