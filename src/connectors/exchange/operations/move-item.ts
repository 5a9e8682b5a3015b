import type { EwsClient, EwsOutcome } from '../soap/ews-client.ts';
import { element } from '../soap/xml-writer.ts';
import { type FolderRef, folderRef } from './folder-ref.ts';
import { itemIds } from './item-ids.ts';

/** MoveItem: moves items into a folder, where they get new ids; an outcome each, in the order asked. */
export function moveItems(
  client: EwsClient,
  ids: readonly string[],
  folder: FolderRef,
  signal: AbortSignal,
): Promise<readonly EwsOutcome[]> {
  const request = element('m:MoveItem', {}, element('m:ToFolderId', {}, folderRef(folder, client)), itemIds(ids));
  return client.call('MoveItem', request, signal);
}
