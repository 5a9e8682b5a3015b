import type { TurnContext } from '../turn.ts';
import { dueFilter } from './due-filter.ts';

/** Emails sorted at a time: sorting the whole queue for each batch would cost more than sending. */
const readAhead = 500;

/** The due emails of one mailbox in the order they go: by priority, then oldest first (OU-05). Shared by the lanes of a turn. */
export class ReadyList {
  readonly #context: TurnContext;
  readonly #given = new Set<string>();
  #ids: string[] = [];
  #mayHaveMore = true;
  #reading: Promise<void> | undefined;

  constructor(context: TurnContext) {
    this.#context = context;
  }

  /** Up to `limit` ids that were not given before in this turn; empty when no more are due. */
  async take(limit: number): Promise<readonly string[]> {
    while (limit > 0 && this.#ids.length === 0 && this.#mayHaveMore) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = undefined;
      });
      await this.#reading;
    }
    const taken = this.#ids.splice(0, limit);
    for (const id of taken) this.#given.add(id);
    return taken;
  }

  async #read(): Promise<void> {
    const page = await this.#context.database.records.retrieveMultiple({
      table: 'email',
      columns: ['activityid'],
      filter: dueFilter(this.#context.lease.mailboxid, this.#context.clock.now()),
      orderBy: [
        { column: 'deliveryprioritycode', descending: true },
        { column: 'prioritycode', descending: true },
        { column: 'createdon' },
      ],
      limit: readAhead,
    });
    const ids = page.rows.flatMap((row) => (row.activityid ? [row.activityid] : []));
    this.#ids = ids.filter((id) => !this.#given.has(id));
    this.#mayHaveMore = ids.length === readAhead && this.#ids.length > 0;
  }
}
