import type { Account } from '../store/account.ts';
import type { MailboxEvent } from '../store/mailbox-event.ts';

/** How a subscription is told: asked for, pushed to a URL, or over an open connection. */
export type SubscriptionKind = 'pull' | 'push' | 'streaming';

/** What a client wants to be told. */
export interface SubscriptionWish {
  readonly kind: SubscriptionKind;
  readonly account: Account;
  /** Folders by id; undefined for all of the mailbox. */
  readonly folderIds: ReadonlySet<string> | undefined;
  readonly types: ReadonlySet<string>;
  /** Of `pull`: minutes without a question after which it ends. */
  readonly timeoutMinutes: number;
  /** Of `push`. */
  readonly url: string | undefined;
}

/** One event with its number in the subscription. */
export interface NumberedEvent {
  readonly number: number;
  readonly event: MailboxEvent;
}

/** Events kept for a client that does not fetch them; after more it is told that it missed some. */
const largestQueue = 5_000;

/** A subscription and the events its client has not had yet. */
export class Subscription {
  readonly id: string;
  readonly wish: SubscriptionWish;
  /** Server that keeps it; a client must come back to the same. */
  readonly backEnd: string;
  lastAsked: number;
  /** Told when there is something new; undefined while nobody listens. */
  onEvent: (() => void) | undefined;
  readonly #stop: () => void;
  #queue: NumberedEvent[] = [];
  #number = 0;
  #missed = false;

  constructor(id: string, wish: SubscriptionWish, backEnd: string, now: number) {
    this.id = id;
    this.wish = wish;
    this.backEnd = backEnd;
    this.lastAsked = now;
    this.#stop = wish.account.mailbox.listen((event) => this.#take(event));
  }

  /** Number of the latest event. */
  get number(): number {
    return this.#number;
  }

  /** Throws the events away that wait, as a server does whose memory is short. */
  miss(): void {
    this.#queue = [];
    this.#missed = true;
    this.onEvent?.();
  }

  /** True when events were thrown away since the last question; the client must look at the whole mailbox again. */
  takeMissed(): boolean {
    const missed = this.#missed;
    this.#missed = false;
    return missed;
  }

  /** Events after a number, at most `count`; undefined when that number is not known any more. */
  after(number: number, count: number): readonly NumberedEvent[] | undefined {
    const oldest = this.#queue[0]?.number ?? this.#number + 1;
    if (number > this.#number || number + 1 < oldest) return undefined;
    this.#queue = this.#queue.filter((one) => one.number > number);
    return this.#queue.slice(0, count);
  }

  /** All events not yet taken. */
  drain(): readonly NumberedEvent[] {
    const all = this.#queue;
    this.#queue = [];
    return all;
  }

  end(): void {
    this.#stop();
    this.#queue = [];
  }

  #take(event: MailboxEvent): void {
    if (!this.wish.types.has(event.type) || !this.#concerns(event)) return;
    this.#number += 1;
    this.#queue.push({ number: this.#number, event });
    if (this.#queue.length > largestQueue) {
      this.#queue.splice(0, this.#queue.length - largestQueue);
      this.#missed = true;
    }
    this.onEvent?.();
  }

  #concerns({ parentFolderId, oldParentFolderId, folder }: MailboxEvent): boolean {
    const { folderIds } = this.wish;
    if (folderIds === undefined) return true;
    return [parentFolderId, oldParentFolderId, folder?.id].some((id) => id !== undefined && folderIds.has(id));
  }
}
