import type { EwsClient } from '../soap/ews-client.ts';
import { element } from '../soap/xml-writer.ts';
import type { ItemRef } from './create-mime-message.ts';
import { type FolderRef, folderRef } from './folder-ref.ts';

/** SendItem: sends a stored message; it is kept in `saveIn`, or nowhere when absent (OU-14). */
export async function sendItem(
  client: EwsClient,
  item: ItemRef,
  saveIn: FolderRef | undefined,
  signal: AbortSignal,
): Promise<void> {
  const request = element(
    'm:SendItem',
    { SaveItemToFolder: saveIn !== undefined },
    element('m:ItemIds', {}, element('t:ItemId', { Id: item.id, ChangeKey: item.changeKey })),
    saveIn !== undefined && element('m:SavedItemFolderId', {}, folderRef(saveIn, client)),
  );
  await client.callOne('SendItem', request, signal);
}
