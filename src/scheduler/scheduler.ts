import { asMailroomError } from '../base/errors.ts';
import type { MailboxLease, Work } from '../store/mailbox-leases.ts';
import { answerUntestable } from './answer-untestable.ts';
import type { FinishedTurn } from './finished-turn.ts';
import { LeaseKeeper, type RunningTurn } from './lease-keeper.ts';
import { type LoadedTurn, TurnLoader } from './load-turns.ts';
import { runTurn, type TurnEnd } from './run-turn.ts';
import { ScheduleLook } from './schedule-look.ts';
import type { SchedulerOptions } from './scheduler-options.ts';
import { TurnEndings } from './turn-endings.ts';
import { TurnPlaces } from './turn-places.ts';
import { TurnStatistics } from './turn-statistics.ts';

/** Leases what is due, runs a turn, releases (SC, AR-08, AR-12). */
export interface Scheduler {
  /** Begins to work; returns at once. */
  start(): void;
  /** Ends in order: no new turns, running ones stop taking items and finish. */
  stop(): Promise<void>;
  /** A hint that something may be due: looks at the schedule at once. */
  wake(): void;
  /** Runs turns until none is due, without a loop or heartbeat of its own; returns how many ran. */
  runOnce(): Promise<number>;
}

/** Tests first (someone waits for them), then what people wrote, then what they receive (PF-09). */
const order: readonly Work[] = ['test', 'outgoing', 'incoming', 'act'];

/** Somebody waits for these. */
const urgent: readonly Work[] = ['test', 'outgoing'];

/** Longest time between two looks at the schedule: another process may have brought a turn forward. Milliseconds. */
const lookMs = 1000;

/** Time between two comparisons of the schedule with mailboxes, profiles and approvals, milliseconds. */
const reconcileMs = 30_000;

/** Time between two writings of statistics, milliseconds. */
const statisticsMs = 15_000;

/** Passes of `runOnce`, so that a flow that always has more cannot hold it for ever. */
const mostPasses = 1000;

/** Makes the scheduler; nothing runs before `start` or `runOnce`. */
export function createScheduler(options: SchedulerOptions): Scheduler {
  return new LeasingScheduler(options);
}

/** What a look at the schedule came to. */
interface Taken {
  /** Turns begun. */
  readonly taken: number;
  /** When a kind of work is due next of which nothing is due now. */
  readonly nextDueOn: Date | undefined;
}

class LeasingScheduler implements Scheduler {
  readonly #options: SchedulerOptions;
  readonly #keeper: LeaseKeeper;
  readonly #loader: TurnLoader;
  readonly #look: ScheduleLook;
  readonly #endings: TurnEndings;
  readonly #places: Readonly<Record<Work, TurnPlaces>>;
  readonly #statistics: TurnStatistics;
  readonly #turns = new Set<Promise<void>>();
  readonly #ending = new AbortController();
  readonly #ended = new AbortController();
  #taking: Promise<unknown> = Promise.resolve();
  #beating: Promise<unknown> = Promise.resolve();
  #wakeUp: AbortController = new AbortController();

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#keeper = new LeaseKeeper(options);
    this.#loader = new TurnLoader(options);
    this.#look = new ScheduleLook(options);
    this.#endings = new TurnEndings(
      options,
      () => this.#keeper.count(),
      // While more is due than there are places, a look is not what comes next.
      async (scope) => (order.some((work) => this.#places[work].isCrowded) ? undefined : this.#look.lookAlong(scope)),
    );
    this.#places = {
      test: this.#placesFor('test'),
      outgoing: this.#placesFor('outgoing'),
      incoming: this.#placesFor('incoming'),
      act: this.#placesFor('act'),
    };
    this.#statistics = new TurnStatistics(options.database);
  }

  start(): void {
    this.#taking = Promise.all([
      this.#repeat(this.#ending.signal, () => this.#pass()),
      this.#repeat(this.#ending.signal, () => this.#reconcile()),
      this.#repeat(this.#ending.signal, () => this.#tell()),
    ]);
    this.#beating = this.#repeat(this.#ended.signal, () => this.#beat());
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    this.#wakeUp.abort();
    this.#keeper.abortAll('The service stops.');
    this.#endings.hurry();
    await this.#taking;
    while (this.#turns.size > 0) await Promise.all(this.#turns);
    for (const work of order) this.#places[work].close();
    await this.#statistics.write().catch((thrown: unknown) => {
      this.#options.log.warn({ error: asMailroomError(thrown).message }, 'the last statistics of turns are lost');
    });
    this.#ended.abort();
    await this.#beating;
  }

  wake(): void {
    this.#look.hint();
    this.#goOn();
  }

  #goOn(): void {
    // A reason given spares the making of an error with its stack.
    this.#wakeUp.abort('woken');
  }

  async runOnce(): Promise<number> {
    this.#look.hint();
    let ran = await answerUntestable(this.#options);
    for (let pass = 0; pass < mostPasses; pass += 1) {
      const { taken } = await this.#takeDue();
      if (taken === 0 && this.#turns.size === 0) break;
      ran += taken;
      await Promise.all(this.#turns);
    }
    await this.#statistics.write();
    return ran;
  }

  async #repeat(until: AbortSignal, step: () => Promise<void>): Promise<void> {
    const { clock, log } = this.#options;
    while (!until.aborted) {
      try {
        await step();
      } catch (thrown) {
        log.error(
          { error: asMailroomError(thrown).message },
          'the scheduler could not reach its store; it tries again',
        );
        await clock.sleep(lookMs, until);
      }
    }
  }

  async #pass(): Promise<void> {
    const { clock } = this.#options;
    this.#wakeUp = new AbortController();
    const wakeUp = this.#wakeUp.signal;
    const { nextDueOn } = await this.#takeDue();
    if (this.#ending.signal.aborted) return;
    const aheadMs = nextDueOn === undefined ? lookMs : nextDueOn.getTime() - clock.now().getTime();
    await clock.sleep(Math.max(1, Math.min(aheadMs, lookMs)), wakeUp);
  }

  async #reconcile(): Promise<void> {
    const { clock, leases } = this.#options;
    await clock.sleep(reconcileMs, this.#ending.signal);
    if (this.#ending.signal.aborted) return;
    await answerUntestable(this.#options);
    if ((await leases.reconcile(clock.now())) > 0) this.wake();
  }

  async #tell(): Promise<void> {
    await this.#options.clock.sleep(statisticsMs, this.#ending.signal);
    await this.#statistics.write();
  }

  async #beat(): Promise<void> {
    const { clock, leaseMs } = this.#options;
    await clock.sleep(Math.max(1, Math.floor(leaseMs / 3)), this.#ended.signal);
    if (!this.#ended.signal.aborted) await this.#keeper.beat();
  }

  #placesFor(work: Work): TurnPlaces {
    const { clock, concurrency } = this.#options;
    const running = (): number => this.#keeper.count(work);
    const wake = (): void => this.#goOn();
    return new TurnPlaces({ clock, most: concurrency, running, wake, isUrgent: urgent.includes(work) });
  }

  /** Leases due mailboxes for each kind of work and starts their turns: all that are due, or as many as there are places. What becomes due meanwhile is seen when a turn ends, or a second later. */
  async #takeDue(): Promise<Taken> {
    const { turns, leases, clock, worker, leaseMs } = this.#options;
    let taken = 0;
    if (this.#ending.signal.aborted) return { taken, nextDueOn: undefined };
    const outlook = await this.#look.outlook();
    for (const work of order) {
      const places = this.#places[work];
      const isDue = turns[work] !== undefined && outlook.some((flow) => flow.work === work && flow.isDue);
      const open = places.open();
      if (isDue && open === 0) continue;
      if (this.#ending.signal.aborted) break;
      const acquired = isDue ? await leases.acquire(work, open, worker, clock.now(), leaseMs) : [];
      if (acquired.length > 0)
        for (const { lease, turn } of await this.#loader.load(acquired)) this.#begin(lease, turn);
      places.filled(open, acquired.length);
      taken += acquired.length;
    }
    const later = outlook.flatMap(({ isDue, dueOn }) => (isDue ? [] : [dueOn.getTime()]));
    return { taken, nextDueOn: later.length === 0 ? undefined : new Date(Math.min(...later)) };
  }

  #begin(lease: MailboxLease, loaded: LoadedTurn | undefined): void {
    const running = this.#runAndRelease(lease, loaded)
      .catch((thrown: unknown) => {
        const error = asMailroomError(thrown).message;
        this.#options.log.error({ error, mailbox: lease.mailboxid, work: lease.work }, 'a turn could not be reported');
      })
      .finally(() => {
        this.#turns.delete(running);
        this.#places[lease.work].released();
      });
    this.#turns.add(running);
  }

  async #runAndRelease(lease: MailboxLease, loaded: LoadedTurn | undefined): Promise<void> {
    const { leases, turns, clock } = this.#options;
    const run = turns[lease.work];
    if (loaded === undefined || run === undefined) {
      await leases.release(lease, { nextDueOn: null });
      return;
    }
    const turn = this.#keeper.add(lease);
    try {
      if (this.#ending.signal.aborted) turn.controller.abort(new Error('The service stops.'));
      const note = (ended: FinishedTurn): void => this.#statistics.note(ended);
      const end = await runTurn({ ...loaded, signal: turn.controller.signal }, run, this.#options, note).finally(() => {
        turn.isEnding = true;
        this.#places[lease.work].freed();
      });
      if (end.kind === 'lost') return;
      await this.#end(turn, end);
      if (lease.work !== 'test') return;
      await leases.reconcile(clock.now());
      this.#look.hint();
    } finally {
      this.#keeper.remove(turn);
      this.#endings.check();
    }
  }

  /** Writes the end of a turn, together with others where it found nothing to do, and gives the lease back. */
  async #end({ lease }: RunningTurn, { nextDueOn, report, isIdle }: Exclude<TurnEnd, { kind: 'lost' }>): Promise<void> {
    const { leases, database, systemUserId } = this.#options;
    if (report !== undefined && isIdle) return this.#endings.add({ lease, nextDueOn, report });
    if (report !== undefined) await database.records.as(systemUserId).update('mailbox', lease.mailboxid, report);
    await leases.release(lease, { nextDueOn });
    this.#look.hint();
  }
}
