import type { Clock } from '../../base/clock.ts';
import type { Endpoint } from '../../contracts/connector.ts';
import type { Pop3Capabilities } from './pop3-capabilities.ts';

/** What a server announced once signed in, and how far that is relied on. */
export interface KnownServer {
  readonly capabilities: Pop3Capabilities;
  /** True where the listing may be asked in the same breath as the sign-in (RFC 2449 6.6). */
  readonly listsAtOnce: boolean;
}

interface Kept extends KnownServer {
  readonly greeting: string;
  /** Unix milliseconds. */
  readonly since: number;
}

/** Longest that an announcement is relied on, milliseconds. */
const mostAgeMs = 3_600_000;
/** Servers remembered. */
const mostKept = 1000;

/** What POP3 servers announced, by host, port and security: a mailbox in which nothing is new is then one question and a good-bye. A server whose greeting changes is another one. */
export class KnownServers {
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What is known of the server that greets so; undefined when it has to be asked. */
  recall(endpoint: Endpoint, greeting: string): KnownServer | undefined {
    const kept = this.#kept.get(keyOf(endpoint));
    const oldest = this.#clock.now().getTime() - mostAgeMs;
    return kept !== undefined && kept.greeting === lasting(greeting) && kept.since > oldest ? kept : undefined;
  }

  /** To be told after a conversation for which the server was asked. */
  learn(endpoint: Endpoint, greeting: string, known: KnownServer): void {
    if (this.#kept.size >= mostKept) this.#kept.clear();
    const since = this.#clock.now().getTime();
    this.#kept.set(keyOf(endpoint), { ...known, greeting: lasting(greeting), since });
  }

  forget(endpoint: Endpoint): void {
    this.#kept.delete(keyOf(endpoint));
  }
}

const keyOf = ({ host, port, security }: Endpoint): string => `${host}:${port} ${security}`;

/** A greeting without the time stamp of APOP, which differs every time (RFC 1939 7). */
const lasting = (greeting: string): string => greeting.replace(/<[^>]*>/, '');
