import { asMailroomError } from '../../base/errors.ts';
import { createFolder } from './operations/create-folder.ts';
import { findFolderNamed } from './operations/find-folder-named.ts';
import type { FolderRef } from './operations/folder-ref.ts';
import { moveItems } from './operations/move-item.ts';
import type { EwsClient, EwsOutcome } from './soap/ews-client.ts';

/**
 * Moves items to a folder of the mailbox by its name, `/` between levels, made where it is absent. Items that are gone are passed over.
 * Throws MailroomError when one cannot be moved.
 */
export async function moveToFolder(
  client: EwsClient,
  ids: readonly string[],
  name: string,
  signal: AbortSignal,
): Promise<void> {
  let folder: FolderRef = { distinguished: 'msgfolderroot' };
  for (const level of name.split('/')) folder = { id: await folderBelow(client, folder, level, signal) };
  requireDone(await moveItems(client, ids, folder, signal));
}

async function folderBelow(client: EwsClient, parent: FolderRef, name: string, signal: AbortSignal): Promise<string> {
  const found = await findFolderNamed(client, parent, name, signal);
  if (found !== undefined) return found;
  try {
    return await createFolder(client, parent, name, signal);
  } catch (thrown) {
    // Another worker was faster.
    if (asMailroomError(thrown).code !== 'ErrorFolderExists') throw thrown;
    const made = await findFolderNamed(client, parent, name, signal);
    if (made === undefined) throw thrown;
    return made;
  }
}

/** Throws the first failure; an item that is gone is none. */
export function requireDone(outcomes: readonly EwsOutcome[]): void {
  for (const outcome of outcomes) if ('error' in outcome && outcome.error.kind !== 'notFound') throw outcome.error;
}
