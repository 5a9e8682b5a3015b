import type { FolderTracker } from '../../../contracts/folder-tracker.ts';
import { type IncomingTurn, withLease } from '../incoming-turn.ts';
import type { IngestTally } from '../ingest.ts';
import type { OpenQuarantine } from '../quarantine.ts';
import { applyMarks } from './apply-marks.ts';
import { applyRegarding } from './apply-regarding.ts';
import { forgetGone } from './folder-items.ts';
import { judgeRules } from './judge-rules.ts';
import { sawCategoryLately } from './mailbox-category.ts';
import { findQuietFolders } from './quiet-folders.ts';
import { storedTree } from './stored-tree.ts';
import { lookedLately, trackCategories } from './track-categories.ts';
import { trackFolders, wantsFolders } from './track-folders.ts';
import { sentFolderIds, trackSent } from './track-sent.ts';
import { forgetOtherFolders, readsFolders, type TrackingCursors, writeTrackingCursor } from './tracking-cursors.ts';
import type { TrackingPass } from './tracking-pass.ts';

/** What a look beyond the inbox came to. */
interface TrackedElsewhere {
  readonly left: number;
  readonly readsFolders: boolean;
  /** True while more messages wait for their category than one turn marks. */
  readonly hasMoreMarks: boolean;
}

const nothing: TrackedElsewhere = { left: 0, readsFolders: false, hasMoreMarks: false };

/**
 * Reads what a person put into tracked folders (FT), what was sent (SI) and what bears the category (CT), then has emails be about what
 * their folders say, and marks on the server what is tracked. Each step may be repeated: a turn cut short goes on where it was.
 * Returns how many messages are left for the next turn, whether folders are read for more than the category, and whether marks are left. Throws MailroomError when the conversation with the server fails.
 */
export async function trackElsewhere(
  turn: IncomingTurn,
  tracker: FolderTracker,
  open: readonly OpenQuarantine[],
  tally: IngestTally,
): Promise<TrackedElsewhere> {
  if (turn.isForward) return nothing;
  const { settings, database, maxItems, signal, clock } = turn.context;
  const rules = await wantsFolders(turn);
  const sent = settings.switches.AutoTrackSentFolderItems;
  const marks = turn.marksWith !== undefined && tracker.mark !== undefined;
  const cursors = turn.tracking;
  if (rules === undefined && !sent && !(marks && !lookedLately(cursors, clock.now()))) {
    if (readsFolders(cursors)) await forgetOthers(turn, []);
    const hasMoreMarks = mayHaveMarks(cursors, tally) && (await applyMarks({ turn, tracker, cursors }));
    return { ...nothing, hasMoreMarks };
  }
  const known = await storedTree(database, turn.mailboxid);
  const isFresh = rules === undefined && known !== undefined && sawCategoryLately(cursors, clock.now());
  const tree = isFresh ? known : await tracker.folders(known, signal);
  if (tree !== known)
    await withLease(turn, (scope) => writeTrackingCursor(scope, turn.mailboxid, 'folders', JSON.stringify(tree)));
  const judged = rules && judgeRules(rules, tree, settings.folderTracking.mostRules);
  const read = [...(judged?.folders ?? []).map(({ folder }) => folder.id), ...(sent ? sentFolderIds(tree) : [])];
  const quiet = await findQuietFolders(turn, tracker, cursors, read);
  const pass: TrackingPass = { turn, tracker, tree, cursors, open, tally, quiet, room: maxItems };
  const folders = judged === undefined ? { left: 0, folderIds: [] } : await trackFolders(pass, judged);
  const sentItems = sent ? await trackSent(pass) : { left: 0, folderIds: [] };
  await quiet.save();
  const left = folders.left + sentItems.left + (marks ? await trackCategories(pass) : 0);
  const folderIds = [...folders.folderIds, ...sentItems.folderIds];
  if (left === 0 && (folderIds.length > 0 || readsFolders(cursors))) {
    await forgetOthers(turn, folderIds);
    if (rules !== undefined) await applyRegarding(turn);
  }
  const hasMoreMarks = mayHaveMarks(cursors, tally) && (await applyMarks(pass));
  return { left, readsFolders: rules !== undefined || sent, hasMoreMarks };
}

/** Marks were due when the turn began, or it may have asked for some. */
const mayHaveMarks = (cursors: TrackingCursors, { processed, failed }: IngestTally): boolean =>
  cursors.has('marks') || processed + failed > 0;

/** Every folder was read: what left one and came into none is not in a tracked folder any more. */
function forgetOthers(turn: IncomingTurn, folderIds: readonly string[]): Promise<void> {
  return withLease(turn, async (scope) => {
    await forgetOtherFolders(scope, turn.mailboxid, folderIds);
    await forgetGone(scope, turn.mailboxid);
  });
}
