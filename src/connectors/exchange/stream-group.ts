import type { Clock } from '../../base/clock.ts';
import { asMailroomError, MailroomError } from '../../base/errors.ts';
import { getStreamingEvents, mostSubscriptions, type StreamedEvent } from './operations/get-streaming-events.ts';
import type { EwsClient } from './soap/ews-client.ts';

/** A connection that hears of the subscriptions of one server. */
export interface StreamLine {
  readonly client: EwsClient;
  /** Drops it at once. */
  abort(): void;
}

/** Told what happened; undefined when that is not known, and anything may have. */
export type HearEvents = (events: readonly StreamedEvent[] | undefined) => void;

interface Member {
  readonly hear: HearEvents;
  readonly lose: (why: MailroomError) => void;
}

/** Mailboxes that come or go within this time share one new request, milliseconds. */
const gatherMs = 250;
/** An answer that ended sooner than this counts as a failure, milliseconds. */
const shortMs = 1_000;
/** Failures in a row after which the members are told. */
const mostFailures = 3;

/**
 * Mailboxes of one server that are heard over one connection: the request names all their subscriptions and is made anew when
 * members come or go. Exchange keeps what happens meanwhile. A cut line is opened again and the mailboxes are looked at; lost subscriptions are told to their members.
 */
export class StreamGroup {
  readonly #line: StreamLine;
  readonly #clock: Clock;
  readonly #members = new Map<string, Member>();
  #renewal = new AbortController();
  #running: Promise<void> | undefined;
  #gathering = false;
  #isBroken = false;

  constructor(line: StreamLine, clock: Clock) {
    this.#line = line;
    this.#clock = clock;
  }

  get isFull(): boolean {
    return this.#members.size >= mostSubscriptions;
  }

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  /** Hears of a subscription until `signal` aborts; rejects with what ended it. */
  listen(subscriptionId: string, hear: HearEvents, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        signal.removeEventListener('abort', stop);
        this.#members.delete(subscriptionId);
        if (this.isEmpty) this.#renewal.abort();
      };
      const stop = (): void => {
        leave();
        resolve();
      };
      if (signal.aborted) return resolve();
      signal.addEventListener('abort', stop);
      this.#members.set(subscriptionId, {
        hear,
        lose: (why) => {
          leave();
          reject(why);
        },
      });
      this.#gather();
    });
  }

  /** Begins to listen, or listens anew, once those who come at the same time are there. */
  #gather(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    void this.#clock.sleep(gatherMs).then(() => {
      this.#gathering = false;
      this.#renewal.abort();
      this.#running ??= this.#run().finally(() => {
        this.#running = undefined;
        if (!this.isEmpty) this.#gather();
      });
    });
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.isEmpty; ) {
      this.#renewal = new AbortController();
      const { signal } = this.#renewal;
      const startedOn = this.#clock.now().getTime();
      const error = await this.#hear(signal);
      if (signal.aborted) continue;
      const wasShort = this.#clock.now().getTime() - startedOn < shortMs;
      if (error !== undefined) this.#isBroken = true;
      failures = error !== undefined || wasShort ? failures + 1 : 0;
      if (error !== undefined && (failures > mostFailures || !isPassing(error))) {
        for (const member of [...this.#members.values()]) member.lose(error);
      } else if (failures > 0) {
        await this.#clock.sleep(Math.max(error?.retryAfterMs ?? 0, 500 * 2 ** Math.min(failures, 6)), signal);
      }
    }
    this.#line.abort();
  }

  /** What was told to a line that broke is lost: the mailboxes are looked at once it is open again. */
  #makeUp(ids: readonly string[]): void {
    if (!this.#isBroken) return;
    this.#isBroken = false;
    for (const id of ids) this.#members.get(id)?.hear(undefined);
  }

  async #hear(signal: AbortSignal): Promise<MailroomError | undefined> {
    const ids = [...this.#members.keys()];
    const heard = {
      opened: () => this.#makeUp(ids),
      news: (id: string, events: readonly StreamedEvent[]) => this.#members.get(id)?.hear(events),
    };
    try {
      for (const id of await getStreamingEvents(this.#line.client, ids, heard, signal)) {
        this.#members.get(id)?.lose(
          new MailroomError('Exchange has lost the subscription to new mail; it is made anew.', {
            code: 'mr_EwsSubscriptionLost',
            kind: 'transient',
          }),
        );
      }
      return undefined;
    } catch (thrown) {
      return asMailroomError(thrown);
    }
  }
}

const isPassing = ({ kind }: MailroomError): boolean => kind === 'transient' || kind === 'throttled';
