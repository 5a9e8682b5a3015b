import { readFolder } from './read-folder.ts';
import type { TrackedFolders } from './track-folders.ts';
import type { TrackingPass } from './tracking-pass.ts';

/** Reads Sent Items, so that what the mailbox's owner sent from elsewhere is tracked by the owner's filter (SI-01 to SI-05). */
export async function trackSent(pass: TrackingPass): Promise<TrackedFolders> {
  const folder = pass.tree.folders.find(({ role }) => role === 'sent');
  if (folder === undefined) return { left: 0, folderIds: [] };
  const { left } = await readFolder(pass, { kind: 'sent', folderId: folder.id });
  return { left, folderIds: [folder.id] };
}
