import type { FolderTracker } from '../../../contracts/folder-tracker.ts';
import { type IncomingTurn, withLease } from '../incoming-turn.ts';
import { folderCursor, type TrackingCursors, writeTrackingCursor } from './tracking-cursors.ts';

/** What is remembered of a folder that was read. */
interface SeenStamp {
  readonly stamp: string;
  /** When it was first seen, ms. */
  readonly since: number;
  /** True once the folder was read when its stamp was old enough to tell all that had happened. */
  readonly isSettled: boolean;
}

/** Which folders nothing happened in since they were read. */
export interface QuietFolders {
  has(folderId: string): boolean;
  /** Notes that a folder was read to its end. */
  noteRead(folderId: string): void;
  /** Remembers what was noted. */
  save(): Promise<void>;
}

/** Age of a stamp from which it cannot stand for a later change, ms: servers tell whole seconds. */
const settledMs = 5_000;

/** Asks the server in one request in which of several folders something happened; those that are quiet need no request of their own. */
export async function findQuietFolders(
  turn: IncomingTurn,
  tracker: FolderTracker,
  cursors: TrackingCursors,
  folderIds: readonly string[],
): Promise<QuietFolders> {
  const { context, mailboxid } = turn;
  if (tracker.stamps === undefined || folderIds.length < 2) return noneQuiet;
  const before = readSeen(cursors);
  const now = context.clock.now().getTime();
  const stamps = await tracker.stamps(folderIds, context.signal);
  const seen = new Map([...before].filter(([id]) => folderIds.includes(id)));
  return {
    has: (id) => {
      const known = before.get(id);
      const isSame = known?.isSettled === true && known.stamp === stamps.get(id);
      return isSame && folderCursor(cursors, id)?.isOnboarding === false;
    },
    noteRead: (id) => {
      const stamp = stamps.get(id);
      if (stamp === undefined) return void seen.delete(id);
      const known = before.get(id);
      const since = known?.stamp === stamp ? known.since : now;
      seen.set(id, { stamp, since, isSettled: now - since >= settledMs });
    },
    save: async () => {
      const [text, stored] = [JSON.stringify([...seen]), JSON.stringify([...before])];
      if (text !== stored) await withLease(turn, (scope) => writeTrackingCursor(scope, mailboxid, 'stamps', text));
    },
  };
}

const noneQuiet: QuietFolders = { has: () => false, noteRead: () => undefined, save: async () => undefined };

function readSeen(cursors: TrackingCursors): ReadonlyMap<string, SeenStamp> {
  return new Map(JSON.parse(cursors.get('stamps') ?? '[]') as [string, SeenStamp][]);
}
