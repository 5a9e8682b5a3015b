import type { EwsClient } from '../soap/ews-client.ts';
import { findNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';
import type { ItemRef } from './create-mime-message.ts';
import { type FolderRef, folderRef } from './folder-ref.ts';

/** FindItem: the first message of a folder that carries this Message-ID (without angle brackets); undefined when there is none. */
export async function findByMessageId(
  client: EwsClient,
  folder: FolderRef,
  messageId: string,
  signal: AbortSignal,
): Promise<ItemRef | undefined> {
  const request = element(
    'm:FindItem',
    { Traversal: 'Shallow' },
    element('m:ItemShape', {}, textElement('t:BaseShape', 'IdOnly')),
    element('m:IndexedPageItemView', { MaxEntriesReturned: 1, Offset: 0, BasePoint: 'Beginning' }),
    element(
      'm:Restriction',
      {},
      element(
        't:IsEqualTo',
        {},
        element('t:FieldURI', { FieldURI: 'message:InternetMessageId' }),
        element('t:FieldURIOrConstant', {}, element('t:Constant', { Value: `<${messageId}>` })),
      ),
    ),
    element('m:ParentFolderIds', {}, folderRef(folder, client)),
  );
  const id = findNode(await client.callOne('FindItem', request, signal), 'ItemId')?.attributes;
  return id?.Id === undefined ? undefined : { id: id.Id, changeKey: id.ChangeKey ?? '' };
}
