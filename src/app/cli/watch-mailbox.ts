import { systemClock } from '../../base/clock.ts';
import { MailroomError } from '../../base/errors.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import type { DatabaseContext } from './command-context.ts';
import { startProgress } from './progress.ts';

type Mailbox = RecordOf<'mailbox'>;

/** Time without any progress after which nobody seems to work on it, milliseconds. */
const patienceMs = 120_000;

/** How far something is that a running service does for a mailbox. */
export interface MailboxProgress {
  readonly isOver: boolean;
  readonly done: number;
  readonly total: number | null | undefined;
  readonly note: string;
  /** Changes whenever something moves. */
  readonly stamp: string;
}

/** Shows how far a running service is with a mailbox until it is over. Throws `mr_RevisitWaits` when nothing moves for two minutes; the request stays. */
export async function watchMailbox(
  context: DatabaseContext,
  mailbox: Mailbox,
  columns: readonly (keyof Mailbox & string)[],
  shown: { readonly title: string; readonly unit: string },
  progressOf: (row: Mailbox) => MailboxProgress,
): Promise<void> {
  let progress = startProgress(shown.title, 1, shown.unit);
  let total = 1;
  let seen = '';
  let movedOn = systemClock.now().getTime();
  try {
    for (;;) {
      const row = await context.database.records.retrieve('mailbox', mailbox.mailboxid ?? '', [...columns]);
      const state = progressOf(row ?? {});
      if (state.isOver) return;
      if (state.total && state.total !== total) {
        progress.end();
        total = state.total;
        progress = startProgress(shown.title, total, shown.unit);
      }
      progress.update(state.done, state.note);
      if (state.stamp !== seen) movedOn = systemClock.now().getTime();
      seen = state.stamp;
      if (systemClock.now().getTime() - movedOn > patienceMs) throw nothingMoves(mailbox);
      await systemClock.sleep(500);
    }
  } finally {
    progress.end();
  }
}

function nothingMoves(mailbox: Mailbox): MailroomError {
  return new MailroomError(
    `Nothing has moved for ${patienceMs / 1000} s in mailbox "${mailbox.name}". Is the service running ("mailroom start")? "mailroom mailbox show" tells its last error. The request stays.`,
    { code: 'mr_RevisitWaits', kind: 'transient' },
  );
}
