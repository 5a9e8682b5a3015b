import type { Filter, SortOrder } from '../../store/record-store.ts';
import type { ColumnName } from '../../tables/catalog.ts';
import type { TurnContext } from '../turn.ts';
import { dueFilter } from './due-filter.ts';
import type { EmailRow } from './outgoing-email.ts';

/** Emails sorted at a time: sorting the whole queue for each batch would cost more than sending. */
const readAhead = 500;

/** Both priorities of an email that names none. */
const normal = 1;

const columns = [
  'activityid',
  'subject',
  'trackingtoken',
  'parentactivityid',
  'isworkflowcreated',
  'ownerid',
  'createdby',
  'deliveryprioritycode',
  'prioritycode',
] as const satisfies readonly ColumnName<'email'>[];

const inOrder: readonly SortOrder[] = [
  { column: 'deliveryprioritycode', descending: true },
  { column: 'prioritycode', descending: true },
  { column: 'createdon' },
];

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

  /** Up to `limit` emails that go before `row`, whenever they were queued; not given before in this turn (OU-05). */
  async takeBefore(row: EmailRow, limit: number): Promise<readonly EmailRow[]> {
    const delivery = row.deliveryprioritycode ?? normal;
    const rows = await this.#query(Math.min(limit, readAhead), {
      or: [
        { column: 'deliveryprioritycode', operator: 'gt', value: delivery },
        {
          and: [
            { column: 'deliveryprioritycode', operator: 'eq', value: delivery },
            { column: 'prioritycode', operator: 'gt', value: row.prioritycode ?? normal },
          ],
        },
      ],
    });
    const taken = rows.filter((one) => !this.#given.has(one.activityid ?? ''));
    for (const one of taken) this.#given.add(one.activityid ?? '');
    this.#rows = this.#rows.filter((one) => !this.#given.has(one.activityid ?? ''));
    return taken;
  }

  async #read(): Promise<void> {
    const rows = await this.#query(readAhead);
    this.#rows = rows.filter((row) => !this.#given.has(row.activityid ?? ''));
    this.#mayHaveMore = rows.length === readAhead && this.#rows.length > 0;
  }

  async #query(limit: number, also?: Filter): Promise<readonly EmailRow[]> {
    const due = dueFilter(this.#context.lease.mailboxid, this.#context.clock.now());
    const page = await this.#context.database.records.retrieveMultiple({
      table: 'email',
      columns,
      filter: also === undefined ? due : { and: [due, also] },
      orderBy: inOrder,
      limit,
    });
    return page.rows;
  }
}

/** True when `one` goes before `other` whenever they were queued. */
export function goesBefore(one: EmailRow, other: EmailRow): boolean {
  const delivery = (one.deliveryprioritycode ?? normal) - (other.deliveryprioritycode ?? normal);
  return delivery > 0 || (delivery === 0 && (one.prioritycode ?? normal) > (other.prioritycode ?? normal));
}
