import type { TurnContext } from '../turn.ts';
import { dueFilter } from './due-filter.ts';
import type { EmailRow } from './outgoing-email.ts';

/** Emails sorted at a time: sorting the whole queue for each batch would cost more than sending. */
const readAhead = 500;

/** The due emails of one mailbox in the order they go: by priority, then oldest first (OU-05). Shared by the lanes of a turn. */
export class ReadyList {
  readonly #context: TurnContext;
  readonly #given = new Set<string>();
  #rows: EmailRow[] = [];
  #mayHaveMore = true;
  #reading: Promise<void> | undefined;

  constructor(context: TurnContext) {
    this.#context = context;
  }

  /** Up to `limit` emails that were not given before in this turn; empty when no more are due. */
  async take(limit: number): Promise<readonly EmailRow[]> {
    while (limit > 0 && this.#rows.length === 0 && this.#mayHaveMore) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = undefined;
      });
      await this.#reading;
    }
    const taken = this.#rows.splice(0, limit);
    for (const row of taken) this.#given.add(row.activityid ?? '');
    return taken;
  }

  async #read(): Promise<void> {
    const page = await this.#context.database.records.retrieveMultiple({
      table: 'email',
      columns: [
        'activityid',
        'subject',
        'trackingtoken',
        'parentactivityid',
        'isworkflowcreated',
        'ownerid',
        'createdby',
      ],
      filter: dueFilter(this.#context.lease.mailboxid, this.#context.clock.now()),
      orderBy: [
        { column: 'deliveryprioritycode', descending: true },
        { column: 'prioritycode', descending: true },
        { column: 'createdon' },
      ],
      limit: readAhead,
    });
    this.#rows = page.rows.filter((row) => !this.#given.has(row.activityid ?? ''));
    this.#mayHaveMore = page.rows.length === readAhead && this.#rows.length > 0;
  }
}
