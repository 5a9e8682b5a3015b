import { createHash } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import type { Endpoint } from '../../contracts/connector.ts';
import type { LookOutcome } from './idle-line.ts';
import { KeptInbox } from './kept-inbox.ts';

/** Time for which no line to a server is asked after one was asked in vain, milliseconds: each time costs a line, and a turn its patience. */
const restMs = 3_600_000;

/** The inboxes of which this process holds an open line, by account: who signs in to the same inbox in the same way hears the same. */
export class KeptInboxes {
  readonly #clock: Clock;
  readonly #inboxes = new Map<string, KeptInbox>();
  /** Until when servers are not asked, Unix milliseconds. */
  readonly #restingUntil = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The inbox of this endpoint; undefined when no line to it is open. */
  of(endpoint: Endpoint): KeptInbox | undefined {
    return this.#inboxes.get(accountOf(endpoint));
  }

  /** Begins to keep the inbox of an account (`accountOf`) on a server (`host:port`) whose line was opened; with two lines the later one is asked. */
  keep(account: string, server: string, look: () => Promise<LookOutcome>): KeptInbox {
    const inbox = new KeptInbox(this.#clock, async () => {
      if (this.#now() < (this.#restingUntil.get(server) ?? 0)) return false;
      const outcome = await look();
      if (outcome === 'failed') this.#restingUntil.set(server, this.#now() + restMs);
      return outcome === 'done';
    });
    this.#inboxes.set(account, inbox);
    return inbox;
  }

  /** Forgets an inbox whose line ended. */
  forget(account: string, inbox: KeptInbox): void {
    if (this.#inboxes.get(account) === inbox) this.#inboxes.delete(account);
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}

/** A name for an endpoint's inbox and the way in, the password included, which it does not tell. */
export function accountOf({ host, port, security, signIn, caPem, inbox }: Endpoint): string {
  return createHash('sha256')
    .update(JSON.stringify([host, port, security, signIn, caPem, inbox]))
    .digest('base64url');
}
