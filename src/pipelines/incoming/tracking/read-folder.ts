import type { FolderItem, FolderPage } from '../../../contracts/folder-tracker.ts';
import { withLease } from '../incoming-turn.ts';
import { ingest } from '../ingest.ts';
import { noteListed } from '../revisit-progress.ts';
import { screen } from '../screen.ts';
import { noteGone, type RememberedItem, readSettled, rememberItems } from './folder-items.ts';
import { judgeItem } from './judge-item.ts';
import type { Placement } from './placement.ts';
import { folderCursor, writeFolderCursor } from './tracking-cursors.ts';
import type { TrackingPass } from './tracking-pass.ts';

/** What came of reading a folder. */
export interface ReadFolder {
  /** Messages left for the next turn. */
  readonly left: number;
  /** True until what lay in the folder before was looked through (FT-20). */
  readonly isOnboarding: boolean;
}

/**
 * Takes in what came into a folder since the last turn, in pages: a page is behind us once all its messages are dealt with, and its
 * cursor is stored then; a repeat finds what it did already (IN-04). A folder known to be quiet costs nothing. Throws MailroomError, kind `notFound` when the folder is gone.
 */
export async function readFolder(
  pass: TrackingPass,
  placement: Extract<Placement, { readonly folderId: string }>,
): Promise<ReadFolder> {
  const { turn, tracker, cursors } = pass;
  const { folderId } = placement;
  const before = folderCursor(cursors, folderId);
  if (pass.quiet.has(folderId)) return { left: 0, isOnboarding: false };
  const isOnboarding = before?.isOnboarding ?? true;
  let last = before?.cursor;
  for await (const page of tracker.changes(folderId, last ?? null, turn.context.signal)) {
    const left = await readPage(pass, placement, page, isOnboarding);
    if (left > 0) return { left, isOnboarding };
    if (page.cursor === last) continue;
    last = page.cursor;
    const cursor = { cursor: page.cursor, isOnboarding };
    await withLease(turn, (scope) => writeFolderCursor(scope, turn.mailboxid, folderId, cursor));
  }
  if (isOnboarding && last !== undefined) {
    const cursor = { cursor: last, isOnboarding: false };
    await withLease(turn, (scope) => writeFolderCursor(scope, turn.mailboxid, folderId, cursor));
  }
  pass.quiet.noteRead(folderId);
  return { left: 0, isOnboarding: false };
}

async function readPage(
  pass: TrackingPass,
  placement: Extract<Placement, { readonly folderId: string }>,
  page: FolderPage,
  isOnboarding: boolean,
): Promise<number> {
  const { turn } = pass;
  const { folderId } = placement;
  const now = turn.context.clock.now();
  if (page.items.length === 0 && page.goneIds.length === 0 && !page.startsAnew) return 0;
  const settled = await withLease(turn, async (scope) => {
    if (page.startsAnew) await noteGone(scope, turn.mailboxid, folderId, undefined, now);
    if (page.goneIds.length > 0) await noteGone(scope, turn.mailboxid, folderId, page.goneIds, now);
    const serverIds = page.items.map(({ serverId }) => serverId);
    return readSettled(scope, turn.mailboxid, folderId, serverIds);
  });
  const verdicts = page.items.map((item) => ({
    item,
    verdict: judgeItem({ item, isKnown: settled.has(item.serverId), isOnboarding, startOn: turn.startOn }),
  }));
  const leftAlone = verdicts.filter(({ verdict }) => verdict === 'old' || verdict === 'other');
  await withLease(turn, (scope) =>
    rememberItems(
      scope,
      turn.mailboxid,
      leftAlone.map(({ item }) => notTaken(folderId, item.serverId)),
      now,
    ),
  );
  const waiting = new Set(pass.open.map(({ serverId }) => serverId));
  const wanted = verdicts.flatMap(({ item, verdict }) =>
    verdict === 'take' && !waiting.has(item.serverId) ? [item] : [],
  );
  return takeItems(pass, placement, wanted);
}

const notTaken = (folderId: string, serverId: string): RememberedItem => ({
  folderId,
  serverId,
  identity: null,
  emailId: undefined,
  isSettled: true,
  regarding: undefined,
});

/** Messages of which heads are looked at first: most of them may be known. */
const many = 20;

/** Deals with messages as far as the turn has room; returns how many are left. */
export async function takeItems(
  pass: TrackingPass,
  placement: Placement,
  wanted: readonly FolderItem[],
): Promise<number> {
  if (wanted.length === 0) return 0;
  const { turn, tracker, open, tally } = pass;
  const placed = { ...turn, placements: new Map(wanted.map(({ serverId }) => [serverId, placement])) };
  await noteListed(placed, wanted.length);
  const limits = { room: Math.max(0, pass.room), throughout: false };
  const screened =
    wanted.length >= many && pass.room > 0 ? await screen(placed, tracker, wanted, limits, tally) : { wanted, left: 0 };
  const taken = screened.wanted.slice(0, limits.room);
  await ingest(placed, tracker, taken, open, tally);
  pass.room -= taken.length;
  return screened.wanted.length - taken.length + screened.left;
}
