/** One request the server answered. */
export interface RequestRecord {
  /** Name of the EWS operation, or of another thing the server does, such as `Autodiscover`. */
  readonly operation: string;
  /** Address of the mailbox acted for; empty before sign-in. */
  readonly mailbox: string;
  /** Address of the one who signed in; empty before sign-in. */
  readonly caller: string;
  readonly status: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Records kept; older ones are forgotten. */
const largest = 10_000;

/** What the server was asked, oldest first. */
export class RequestLog {
  readonly #records: RequestRecord[] = [];

  add(record: RequestRecord): void {
    this.#records.push(record);
    if (this.#records.length > 2 * largest) this.#records.splice(0, largest);
  }

  get records(): readonly RequestRecord[] {
    return this.#records;
  }

  clear(): void {
    this.#records.length = 0;
  }
}
