import { lookAtCategory, parseCategory, type SeenCategory, wasSeenLately } from '../../mailbox-category.ts';
import type { TrackingCursors } from './tracking-cursors.ts';
import type { TrackingPass } from './tracking-pass.ts';

/** The category as it was found last, however its user named it. */
export function storedCategory(cursors: TrackingCursors): SeenCategory | undefined {
  return parseCategory(cursors.get('category'));
}

/** True while no new look at the mailbox's lists is due. */
export function sawCategoryLately(cursors: TrackingCursors, now: Date): boolean {
  return wasSeenLately(storedCategory(cursors), now);
}

/** Sees to it that the mailbox has the category and tells its present name (CT-01, CT-06). */
export async function mailboxCategory({ turn, tracker, cursors }: TrackingPass): Promise<string> {
  const known = storedCategory(cursors);
  if (known !== undefined && wasSeenLately(known, turn.context.clock.now())) return known.name;
  return lookAtCategory(turn.context, tracker, turn.marksWith ?? '', known);
}
