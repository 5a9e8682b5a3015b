import type { MarkOutcome } from '../../../contracts/folder-tracker.ts';
import { withLease } from '../incoming-turn.ts';
import { dropMarks, type MailMark, mostMarks, noteMarked, readDueMarks } from './mail-marks.ts';
import { storedCategory } from './mailbox-category.ts';
import type { TrackingPass } from './tracking-pass.ts';

/**
 * Puts the category on messages that are tracked (CT-05, IN-48), as many in a turn as it may take in. A mark that was put on and not
 * yet noted is found on the message and noted by the repeat. Where marking is off, what was asked before is given up (CT-07).
 * Returns true where others may still wait for whom another turn should follow at once.
 */
export async function applyMarks(pass: Pick<TrackingPass, 'turn' | 'tracker' | 'cursors'>): Promise<boolean> {
  const { mailboxid, context } = pass.turn;
  for (let tried = 0; tried < context.maxItems && !context.signal.aborted; ) {
    const due = await readDueMarks(context.database, mailboxid);
    if (due.length === 0) return false;
    const marked = await applySome(pass, due);
    tried += due.length;
    // Those that are to be tried later come first again: without headway they wait for the next turn.
    if (due.length < mostMarks || marked === 0) return false;
  }
  return true;
}

/** Returns how many of the marks wait no more. */
async function applySome(
  { turn, tracker, cursors }: Pick<TrackingPass, 'turn' | 'tracker' | 'cursors'>,
  due: readonly MailMark[],
): Promise<number> {
  const { mailboxid, context } = turn;
  if (turn.marksWith === undefined || tracker.mark === undefined) {
    await withLease(turn, (scope) => dropMarks(scope, mailboxid, 'all', context.clock.now()));
    return due.length;
  }
  const category = storedCategory(cursors)?.name ?? turn.marksWith;
  const changes = due.map(({ serverId, emailId }) => ({ serverId, emailId, category, isOn: true }));
  const outcomes = await tracker.mark(changes, context.signal);
  const thatAre = (wanted: MarkOutcome): readonly MailMark[] => due.filter((_, index) => outcomes[index] === wanted);
  const [done, refused] = [thatAre('done'), thatAre('refused')];
  await withLease(turn, async (scope) => {
    const now = context.clock.now();
    await noteMarked(scope, mailboxid, done, now);
    await dropMarks(
      scope,
      mailboxid,
      refused.map(({ identity }) => identity),
      now,
    );
  });
  return done.length + refused.length;
}
