import type { RecordOf } from '../../tables/catalog.ts';
import { type IncomingTurn, withLease } from './incoming-turn.ts';

/** How far the mailbox is behind its server (PAIN-01). */
export interface Lag {
  /** Messages listed and not dealt with yet. */
  readonly backlog: number;
  /** Age of the newest committed message while there is a backlog, seconds; 0 without one. */
  readonly seconds: number;
}

/** The lag after a turn. Pure. */
export function lagOf(backlog: number, newestOn: Date | undefined, now: Date): Lag {
  const age = newestOn === undefined ? 0 : Math.max(0, Math.round((now.getTime() - newestOn.getTime()) / 1000));
  return { backlog, seconds: backlog === 0 ? 0 : Math.min(age, 2_147_483_647) };
}

/** Writes the lag on the mailbox where it changed. */
export async function writeGauge(turn: IncomingTurn, lag: Lag): Promise<void> {
  const { mailbox } = turn.context;
  if (mailbox.mr_incomingbacklog === lag.backlog && mailbox.mr_incominglagseconds === lag.seconds) return;
  const values: RecordOf<'mailbox'> = { mr_incomingbacklog: lag.backlog, mr_incominglagseconds: lag.seconds };
  await withLease(turn, (scope) => scope.records.update('mailbox', turn.mailboxid, values));
}
