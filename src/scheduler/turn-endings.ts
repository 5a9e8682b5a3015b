import { asMailroomError } from '../base/errors.ts';
import type { MailboxLease } from '../store/mailbox-leases.ts';
import type { SqlScope } from '../store/sql-scope.ts';
import type { RecordOf } from '../tables/catalog.ts';
import type { SchedulerOptions } from './scheduler-options.ts';

/** A turn in which all went well and of which nobody need be told. */
export interface QuietEnding {
  readonly lease: MailboxLease;
  readonly nextDueOn: Date | null;
  /** What the mailbox is to show of the turn. */
  readonly report: RecordOf<'mailbox'>;
}

type EndingOptions = Pick<SchedulerOptions, 'database' | 'leases' | 'clock' | 'log' | 'systemUserId' | 'concurrency'>;

interface Waiting extends QuietEnding {
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** Longest that the end of a turn waits for the end of others, milliseconds: short beside a sign-in at a server. */
const gatheringMs = 250;
/** Of the turns in progress, the part that must be over before they are written down. */
const partOver = 0.75;
/** Of the places for turns of one kind, the part whose turns are written down however many are in progress: others begin there. */
const partOfPlaces = 0.5;

/**
 * Writes the ends of turns that found nothing to do, and gives their leases back, for many mailboxes in two statements and one write: idle
 * mailboxes are by far the most. While few turns are in progress none waits for another.
 */
export class TurnEndings {
  readonly #options: EndingOptions;
  /** Turns in progress that may yet end so. */
  readonly #running: () => number;
  /** Looks at the schedule behind the ends, in the same write. */
  readonly #look: (scope: SqlScope) => Promise<unknown>;
  #waiting: Waiting[] = [];
  #timer = new AbortController();
  #hurries = false;

  constructor(
    options: EndingOptions,
    running: () => number,
    look: (scope: SqlScope) => Promise<unknown> = () => Promise.resolve(),
  ) {
    this.#options = options;
    this.#running = running;
    this.#look = look;
  }

  /** Resolves once the end is written; throws MailroomError when that failed. */
  add(ending: QuietEnding): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ ...ending, done, failed });
      if (this.#waiting.length === 1) void this.#waitAtMost(gatheringMs);
      this.check();
    });
  }

  /** To be called whenever a turn ended otherwise. */
  check(): void {
    const over = this.#waiting.length;
    const inProgress = (over + this.#running()) * partOver;
    const isEnough = over >= Math.min(inProgress, this.#options.concurrency * partOfPlaces);
    if (over > 0 && (isEnough || this.#hurries)) this.#write();
  }

  /** From now on none waits. */
  hurry(): void {
    this.#hurries = true;
    this.check();
  }

  async #waitAtMost(ms: number): Promise<void> {
    const timer = new AbortController();
    this.#timer = timer;
    await this.#options.clock.sleep(ms, timer.signal);
    if (!timer.signal.aborted) this.#write();
  }

  #write(): void {
    const endings = this.#waiting;
    this.#waiting = [];
    this.#timer.abort('written');
    void this.#writeAll(endings);
  }

  async #writeAll(endings: readonly Waiting[]): Promise<void> {
    try {
      await this.#writeTogether(endings);
      for (const { done } of endings) done();
    } catch (thrown) {
      if (endings.length > 1)
        this.#options.log.debug(
          { error: asMailroomError(thrown).message },
          'ends of turns are written one by one, since they could not be together',
        );
      // What is wrong with one mailbox must not keep the others from being released.
      for (const ending of endings) await this.#writeTogether([ending]).then(ending.done, ending.failed);
    }
  }

  async #writeTogether(endings: readonly QuietEnding[]): Promise<void> {
    const { database, leases, systemUserId } = this.#options;
    const rows = endings.map(({ lease, report }) => ({ id: lease.mailboxid, values: report }));
    await database.pipelined((scope) =>
      Promise.all([
        scope.records.as(systemUserId).updateMany('mailbox', rows),
        leases.releaseAll(endings, scope),
        this.#look(scope),
      ]),
    );
  }
}
