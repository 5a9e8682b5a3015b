import type { EwsClient } from '../soap/ews-client.ts';
import { findNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';
import { type FolderRef, folderRef } from './folder-ref.ts';

/** An item and the version of it that was seen. */
export interface ItemRef {
  readonly id: string;
  readonly changeKey: string;
}

/** CreateItem with SaveOnly: stores a message of given bytes in a folder, not yet sent. */
export async function createMimeMessage(
  client: EwsClient,
  raw: Buffer,
  folder: FolderRef,
  signal: AbortSignal,
): Promise<ItemRef> {
  const request = element(
    'm:CreateItem',
    { MessageDisposition: 'SaveOnly' },
    element('m:SavedItemFolderId', {}, folderRef(folder, client)),
    element('m:Items', {}, element('t:Message', {}, textElement('t:MimeContent', raw.toString('base64')))),
  );
  const node = await client.callOne('CreateItem', request, signal);
  const id = findNode(node, 'ItemId')?.attributes;
  return { id: id?.Id ?? '', changeKey: id?.ChangeKey ?? '' };
}
