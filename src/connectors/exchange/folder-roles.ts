import type { FolderRole, FolderTree, MailFolder } from '../../contracts/folder-tracker.ts';
import { getFolderIds } from './operations/get-folder.ts';
import { type SyncedFolder, syncFolderHierarchy } from './operations/sync-folder-hierarchy.ts';
import type { EwsClient } from './soap/ews-client.ts';

/** Folders that every mailbox has, and what they are for. */
const roles: ReadonlyMap<string, FolderRole> = new Map([
  ['inbox', 'inbox'],
  ['sentitems', 'sent'],
  ['drafts', 'drafts'],
  ['outbox', 'drafts'],
  ['deleteditems', 'deleted'],
]);

/** The mail folders of a mailbox, brought up to date from what was known (one request when nothing changed). Throws ErrorInvalidSyncStateData when the server forgot the state. */
export async function readFolderTree(
  client: EwsClient,
  known: FolderTree | undefined,
  signal: AbortSignal,
): Promise<FolderTree> {
  const folders = new Map(known?.folders.map((folder) => [folder.id, folder]));
  const roleOf = known === undefined ? await readRoles(client, signal) : undefined;
  let state = known?.state;
  let isChanged = known === undefined;
  for (;;) {
    const page = await syncFolderHierarchy(client, state, signal);
    for (const id of page.goneIds) isChanged = folders.delete(id) || isChanged;
    for (const folder of page.present) {
      if (!folder.holdsMail) continue;
      const role = roleOf?.get(folder.id) ?? folders.get(folder.id)?.role ?? 'other';
      folders.set(folder.id, mailFolder(folder, role));
      isChanged = true;
    }
    state = page.syncState;
    if (page.isLast) break;
  }
  return known !== undefined && !isChanged ? known : { state, folders: [...folders.values()] };
}

const mailFolder = ({ id, parentId, name, itemCount }: SyncedFolder, role: FolderRole): MailFolder => ({
  id,
  parentId,
  name,
  role,
  itemCount,
});

async function readRoles(client: EwsClient, signal: AbortSignal): Promise<ReadonlyMap<string, FolderRole>> {
  const ids = await getFolderIds(client, [...roles.keys()], signal);
  return new Map([...ids].map(([name, id]) => [id, roles.get(name) ?? 'other']));
}
