import type { FolderTracker } from '../../contracts/folder-tracker.ts';
import { isChosen } from '../../store/flow-refusal.ts';
import { categoryOfItems } from '../../store/present-category.ts';
import { lookAtCategory, readSeenCategory, wasSeenLately } from '../mailbox-category.ts';
import type { TurnContext } from '../turn.ts';

/** Sees to it that a mailbox whose mail is not read has the tracking category in its list as well (CT-01, CT-02, CT-06); turns of mail see to the others. */
export async function listCategory(context: TurnContext, tracker: FolderTracker | undefined): Promise<void> {
  const { mailbox, settings, database, lease, clock } = context;
  const wanted = categoryOfItems(settings);
  if (wanted === undefined || tracker?.ensureCategory === undefined) return;
  if (isChosen(mailbox, 'incoming') && mailbox.enabledforincomingemail === true) return;
  const known = await readSeenCategory(database, lease.mailboxid);
  if (!wasSeenLately(known, clock.now())) await lookAtCategory(context, tracker, wanted, known);
}
