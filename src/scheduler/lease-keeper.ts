import { asMailroomError, MailroomError } from '../base/errors.ts';
import type { MailboxLease } from '../store/mailbox-leases.ts';
import type { SchedulerOptions } from './scheduler-options.ts';

/** A turn in progress. */
export interface RunningTurn {
  lease: MailboxLease;
  readonly controller: AbortController;
  /** True once the mailbox shows who works on it. */
  isShown: boolean;
  /** True once only its end is to be written: another may begin. */
  isEnding: boolean;
}

/** Extends the leases of running turns and ends the turns whose lease is lost (AR-12). */
export class LeaseKeeper {
  readonly #options: SchedulerOptions;
  readonly #running = new Set<RunningTurn>();

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** Turns in progress, of one kind of work or all; those whose end is being written are over. */
  count(work?: MailboxLease['work']): number {
    let found = 0;
    for (const { isEnding, lease } of this.#running)
      if (!isEnding && (work === undefined || lease.work === work)) found += 1;
    return found;
  }

  add(lease: MailboxLease): RunningTurn {
    const turn: RunningTurn = { lease, controller: new AbortController(), isShown: false, isEnding: false };
    this.#running.add(turn);
    return turn;
  }

  remove(turn: RunningTurn): void {
    this.#running.delete(turn);
  }

  /** Ends every turn in good order: they stop taking new items. */
  abortAll(reason: string): void {
    for (const turn of this.#running) turn.controller.abort(new Error(reason));
  }

  /** One heartbeat: a statement for all leases; long turns show on their mailbox (`processingstatecode` 1). Never throws. */
  async beat(): Promise<void> {
    const { leases, clock, leaseMs, log } = this.#options;
    const turns = [...this.#running];
    if (turns.length === 0) return;
    try {
      const now = clock.now();
      const held = await leases.renew(
        turns.map((turn) => turn.lease),
        now,
        leaseMs,
      );
      const byKey = new Map(held.map((lease) => [keyOf(lease), lease]));
      for (const turn of turns) {
        const lease = byKey.get(keyOf(turn.lease));
        if (lease === undefined) this.#lose(turn);
        else turn.lease = lease;
      }
      await this.#show(turns.filter((turn) => !turn.isShown && this.#running.has(turn)));
    } catch (thrown) {
      log.warn({ error: asMailroomError(thrown).message }, 'leases could not be extended');
      for (const turn of turns) if (turn.lease.expiresOn <= clock.now()) this.#lose(turn);
    }
  }

  #lose(turn: RunningTurn): void {
    if (!this.#running.has(turn)) return;
    turn.controller.abort(
      new MailroomError('The lease on the mailbox was lost to another worker.', {
        code: 'mr_LeaseLost',
        kind: 'conflict',
      }),
    );
  }

  async #show(turns: readonly RunningTurn[]): Promise<void> {
    if (turns.length === 0) return;
    const { database, worker, clock } = this.#options;
    await database.records.updateWhere(
      'mailbox',
      { column: 'mailboxid', operator: 'in', value: turns.map((turn) => turn.lease.mailboxid) },
      { hostid: worker.slice(0, 256), processingstatecode: 1, processinglastattemptedon: clock.now() },
    );
    for (const turn of turns) turn.isShown = true;
  }
}

const keyOf = (lease: MailboxLease): string => `${lease.mailboxid} ${lease.work} ${lease.token}`;
