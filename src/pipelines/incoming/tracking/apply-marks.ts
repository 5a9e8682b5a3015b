import type { MarkOutcome } from '../../../contracts/folder-tracker.ts';
import { withLease } from '../incoming-turn.ts';
import { dropMarks, type MailMark, readDueMarks, setMark } from './mail-marks.ts';
import { storedCategory } from './mailbox-category.ts';
import type { TrackingPass } from './tracking-pass.ts';

/**
 * Puts the category on messages that are tracked (CT-05, IN-48). A mark that was put on and not yet noted is found on the message and
 * noted by the repeat. Where marking is off, what was asked before is given up (CT-07).
 */
export async function applyMarks({ turn, tracker, cursors }: TrackingPass): Promise<void> {
  const { mailboxid, context } = turn;
  const due = await readDueMarks(context.database, mailboxid);
  if (due.length === 0) return;
  if (turn.marksWith === undefined || tracker.mark === undefined) {
    await withLease(turn, (scope) => dropMarks(scope, mailboxid, 'all', context.clock.now()));
    return;
  }
  const category = storedCategory(cursors)?.name ?? turn.marksWith;
  const changes = due.map(({ serverId, emailId }) => ({ serverId, emailId, category, isOn: true }));
  const outcomes = await tracker.mark(changes, context.signal);
  const thatAre = (wanted: MarkOutcome): readonly MailMark[] => due.filter((_, index) => outcomes[index] === wanted);
  await withLease(turn, async (scope) => {
    const now = context.clock.now();
    for (const mark of thatAre('done')) await setMark(scope, mailboxid, mark, 'marked', now);
    await dropMarks(
      scope,
      mailboxid,
      thatAre('refused').map(({ identity }) => identity),
      now,
    );
  });
}
