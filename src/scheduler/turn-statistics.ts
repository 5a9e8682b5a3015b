import { newUuid } from '../base/uuid.ts';
import type { Database } from '../store/database.ts';
import type { RecordOf } from '../tables/catalog.ts';
import type { FinishedTurn } from './finished-turn.ts';
import type { FlowWork } from './flow-columns.ts';

/** `mailboxstatistics.operationtypeid` of each kind of work. */
const operationTypes: Readonly<Record<FlowWork, number>> = { incoming: 0, outgoing: 1, act: 2 };

/** Turns kept between two writings, at most; what comes beyond is not told, so that a store that is away costs no memory. */
const mostKept = 5000;

/** What the turns of this process did, kept and written to `mailboxstatistics` in one statement for all. Turns that found nothing and went well are left out: how they stand is on the mailbox. */
export class TurnStatistics {
  readonly #database: Pick<Database, 'records'>;
  #kept: RecordOf<'mailboxstatistics'>[] = [];

  constructor(database: Pick<Database, 'records'>) {
    this.#database = database;
  }

  /** Takes note of a turn; writes nothing. */
  note(turn: FinishedTurn): void {
    const { itemsProcessed, itemsFailed, error } = turn.outcome;
    if (itemsProcessed === 0 && itemsFailed === 0 && error === undefined) return;
    if (this.#kept.length < mostKept) this.#kept.push(rowOf(turn));
  }

  /** Writes what was noted since the last time. Throws MailroomError when the store fails; what it was to write is then lost, for statistics are not worth a queue. */
  async write(): Promise<void> {
    const rows = this.#kept;
    this.#kept = [];
    if (rows.length > 0) await this.#database.records.createMany('mailboxstatistics', rows);
  }
}

function rowOf({
  context,
  work,
  outcome,
  next,
  startedOn,
  endedOn,
  worker,
}: FinishedTurn): RecordOf<'mailboxstatistics'> {
  const { mailbox, lease } = context;
  const before = mailbox.lastsyncstartedon;
  const totalMs = Math.max(0, endedOn.getTime() - startedOn.getTime());
  return {
    // Ordered by time, so that old rows are found by their key.
    mailboxstatisticsid: newUuid(endedOn.getTime()),
    mailboxid: { table: 'mailbox', id: lease.mailboxid },
    organizationid: { table: 'organization', id: context.settings.organizationid },
    operationtypeid: operationTypes[work],
    itemsprocessed: outcome.itemsProcessed,
    itemsfailed: outcome.itemsFailed,
    processresult: outcome.error === undefined,
    machinename: worker.slice(0, 160),
    mailboxprocessstartedon: startedOn,
    mailboxprocesscompletedon: endedOn,
    individualstepdurations: `total=${totalMs} ms`,
    ...(before ? { processtimeintervalinminutes: minutes(startedOn.getTime() - before.getTime()) } : {}),
    ...(next.dueOn === null
      ? {}
      : { scheduledtimeintervalinminutes: minutes(next.dueOn.getTime() - endedOn.getTime()) }),
  };
}

const minutes = (ms: number): number => Math.min(Math.max(0, Math.round(ms / 60_000)), 2_000_000_000);
