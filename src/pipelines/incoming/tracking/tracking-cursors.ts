import type { StoreScope } from '../../../store/database.ts';
import { type IncomingTurn, withLease } from '../incoming-turn.ts';

/** What tracking beyond the inbox remembers of a mailbox, in table `mr_cursor`: `category`, `changes`, `looked`, `stamps`, and `folder:ID` for each folder read; `folders` is read by itself, and `marks` is there while marks are due. */
export type TrackingCursors = ReadonlyMap<string, string>;

/** How far a folder was read. */
export interface FolderCursor {
  readonly cursor: string;
  /** True until what lay in the folder before was looked through (FT-20). */
  readonly isOnboarding: boolean;
}

/** Remembers one thing. */
export async function writeTrackingCursor(
  scope: StoreScope,
  mailboxid: string,
  name: string,
  value: string,
): Promise<void> {
  await scope.sql(
    `insert into mr_cursor (mailboxid, work, name, value) values ($1::uuid, 'tracking', $2, $3)
     on conflict (mailboxid, work, name) do update set value = excluded.value`,
    [mailboxid, name, value],
  );
}

/** True when some folder was read. */
export function readsFolders(cursors: TrackingCursors): boolean {
  return [...cursors.keys()].some((name) => name.startsWith('folder:'));
}

/** How far a folder was read; undefined when it never was. */
export function folderCursor(cursors: TrackingCursors, folderId: string): FolderCursor | undefined {
  const value = cursors.get(folderKey(folderId));
  return value === undefined ? undefined : { cursor: value.slice(2), isOnboarding: value.startsWith('o') };
}

/** Remembers how far a folder was read. */
export function writeFolderCursor(
  scope: StoreScope,
  mailboxid: string,
  folderId: string,
  { cursor, isOnboarding }: FolderCursor,
): Promise<void> {
  return writeTrackingCursor(scope, mailboxid, folderKey(folderId), `${isOnboarding ? 'o' : 'd'} ${cursor}`);
}

const folderKey = (folderId: string): string => `folder:${folderId}`;

/** Forgets folders that are not read any more, with what lies in them; no email is touched (FT-14). */
export async function forgetOtherFolders(
  scope: StoreScope,
  mailboxid: string,
  folderIds: readonly string[],
): Promise<void> {
  await scope.sql(
    "delete from mr_cursor where mailboxid = $1::uuid and work = 'tracking' and name like 'folder:%' and name <> all($2::text[])",
    [mailboxid, folderIds.map(folderKey)],
  );
  await scope.sql(
    'delete from mr_folderitem where mailboxid = $1::uuid and folderid <> all($2::text[]) and (issettled or folderid <> $3)',
    [mailboxid, folderIds, categoryPlace],
  );
}

/** Stands for a folder where a message with the category waits to be dealt with. */
export const categoryPlace = 'category';

/** Has every folder looked through anew, and emails that were deleted made again (TE-09, IN-31); returns what is still remembered. */
export async function forgetTracking(turn: IncomingTurn): Promise<TrackingCursors> {
  await withLease(turn, async (scope) => {
    await scope.sql(
      "delete from mr_cursor where mailboxid = $1::uuid and work = 'tracking' and (name like 'folder:%' or name = 'changes')",
      [turn.mailboxid],
    );
    await scope.sql('update mr_folderitem set issettled = false where mailboxid = $1::uuid and emailid is null', [
      turn.mailboxid,
    ]);
  });
  return new Map([...turn.tracking].filter(([name]) => name !== 'changes' && !name.startsWith('folder:')));
}
