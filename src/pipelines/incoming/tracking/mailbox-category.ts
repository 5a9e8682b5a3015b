import { asMailroomError } from '../../../base/errors.ts';
import type { MailCategory } from '../../../contracts/folder-tracker.ts';
import { writeAlert } from '../../trace.ts';
import { withLease } from '../incoming-turn.ts';
import { type TrackingCursors, writeTrackingCursor } from './tracking-cursors.ts';
import type { TrackingPass } from './tracking-pass.ts';

/** Time after which the mailbox's list of categories, and of folders where no rule names one, is looked at again (CT-06), ms. */
const lookMs = 600_000;

/** The category as it was found last, however its user named it. */
export function storedCategory(cursors: TrackingCursors): (MailCategory & { readonly seenOn: number }) | undefined {
  const [seenOn, id, name] = (cursors.get('category') ?? '').split('\n');
  return id && name ? { id, name, seenOn: Number(seenOn) } : undefined;
}

/** True while no new look at the mailbox's lists is due. */
export function sawCategoryLately(cursors: TrackingCursors, now: Date): boolean {
  const known = storedCategory(cursors);
  return known !== undefined && now.getTime() - known.seenOn < lookMs;
}

/** Sees to it that the mailbox has the category and tells its present name (CT-01, CT-06). A list that the server does not let us change is no trouble: messages bear names. */
export async function mailboxCategory({ turn, tracker, cursors }: TrackingPass): Promise<string> {
  const wanted = turn.marksWith ?? '';
  const known = storedCategory(cursors);
  const now = turn.context.clock.now();
  if (known !== undefined && sawCategoryLately(cursors, now)) return known.name;
  const found = await (tracker.ensureCategory?.(known, wanted, turn.context.signal) ?? plain(wanted)).catch(
    (thrown: unknown) => {
      const error = asMailroomError(thrown);
      if (error.kind === 'transient' || error.kind === 'throttled') throw error;
      return plain(wanted);
    },
  );
  await withLease(turn, async (scope) => {
    await writeTrackingCursor(scope, turn.mailboxid, 'category', [now.getTime(), found.id, found.name].join('\n'));
    if (known !== undefined) return;
    const { mailbox, settings } = turn.context;
    await writeAlert(scope, settings, now, {
      level: 'information',
      code: 'mr_CategoryEnabled',
      text: `Mailbox "${mailbox.name ?? ''}" has the category "${found.name}". A message that is given it is tracked, and a message that is tracked bears it. To end this, an administrator sets TrackCategorizedItems to false.`,
      regarding: { table: 'mailbox', id: turn.mailboxid },
      regardingOwner: mailbox.ownerid,
      work: 'incoming',
    });
  });
  return found.name;
}

const plain = async (name: string): Promise<MailCategory> => ({ id: name, name });
