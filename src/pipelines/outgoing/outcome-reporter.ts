import { asMailroomError } from '../../base/errors.ts';
import { withLease } from './outgoing-turn.ts';
import { reportBarely, reportSent, type SentEmail } from './report.ts';
import type { TurnProgress } from './turn-progress.ts';
import type { WireJournal } from './wire-journal.ts';

/** Outcomes written in one transaction: waited for so many, but not longer than so, milliseconds. */
const enough = 100;
const longestWaitMs = 200;
const mostAtOnce = 200;

/** Ends a sleep; a reason given spares the making of an error with its stack. */
const over = 'over';

/** Waits before the outcome of a batch is written again when the store does not answer, milliseconds. */
const retriesMs = [1000, 2000, 4000, 8000];

/** Writes what became of emails on their records, in batches, while others are on the wire. */
export class OutcomeReporter {
  readonly #progress: TurnProgress;
  readonly #journal: WireJournal;
  readonly #finished: SentEmail[] = [];
  #isClosed = false;
  #wake: (() => void) | undefined;

  constructor(progress: TurnProgress, journal: WireJournal) {
    this.#progress = progress;
    this.#journal = journal;
  }

  add(one: SentEmail): void {
    this.#finished.push(one);
    if (this.#finished.length === 1 || this.#finished.length >= enough) this.#wake?.();
  }

  /** No more will be added. */
  close(): void {
    this.#isClosed = true;
    this.#wake?.();
  }

  /** Writes until closed and nothing is left, or until writing fails for good; never throws. */
  async run(): Promise<void> {
    try {
      for (;;) {
        await this.#untilWorthwhile();
        const batch = this.#finished.splice(0, mostAtOnce);
        if (batch.length === 0) return;
        await this.#write(batch);
        this.#progress.processed += batch.filter(isDone).length;
        this.#progress.failed += batch.filter(isFailed).length;
      }
    } catch (thrown) {
      this.#progress.error ??= asMailroomError(thrown);
    }
  }

  async #untilWorthwhile(): Promise<void> {
    while (this.#finished.length === 0 && !this.#isClosed) await this.#untilWoken();
    if (this.#finished.length >= enough || this.#isClosed) return;
    const waited = new AbortController();
    await Promise.race([this.#progress.turn.context.clock.sleep(longestWaitMs, waited.signal), this.#untilWoken()]);
    waited.abort(over);
  }

  #untilWoken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** What happened on the wire is known only here: it is written again for a while when the store is away, and barely when it refuses something. */
  async #write(batch: readonly SentEmail[]): Promise<void> {
    const { context } = this.#progress.turn;
    this.#journal.drop(batch.map((one) => one.email.id));
    let report = reportSent;
    for (let run = 0; ; run += 1) {
      try {
        return await withLease(context, (scope) => report(scope, context, batch));
      } catch (thrown) {
        const error = asMailroomError(thrown);
        const delayMs = retriesMs[run];
        if (delayMs === undefined || error.code === 'mr_LeaseLost') throw error;
        context.log.error({ error: error.message }, 'the outcome of sent emails could not be written; trying again');
        if (error.kind === 'transient') await context.clock.sleep(delayMs, context.signal);
        else report = reportBarely;
      }
    }
  }
}

const isDone = (one: SentEmail): boolean => one.decision.kind === 'sent' || one.decision.kind === 'partly';
const isFailed = (one: SentEmail): boolean => one.decision.kind === 'failed' || one.decision.kind === 'uncertain';
