import type { FolderTree } from '../../../contracts/folder-tracker.ts';
import { readFolder } from './read-folder.ts';
import type { TrackedFolders } from './track-folders.ts';
import type { TrackingPass } from './tracking-pass.ts';

/** The folder of what was sent, where the mailbox has one. */
export const sentFolderIds = (tree: FolderTree): readonly string[] =>
  tree.folders.flatMap(({ id, role }) => (role === 'sent' ? [id] : [])).slice(0, 1);

/** Reads Sent Items, so that what the mailbox's owner sent from elsewhere is tracked by the owner's filter (SI-01 to SI-05). */
export async function trackSent(pass: TrackingPass): Promise<TrackedFolders> {
  const [folderId] = sentFolderIds(pass.tree);
  if (folderId === undefined) return { left: 0, folderIds: [] };
  const { left } = await readFolder(pass, { kind: 'sent', folderId });
  return { left, folderIds: [folderId] };
}
