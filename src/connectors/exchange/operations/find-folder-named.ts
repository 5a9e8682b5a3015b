import type { EwsClient } from '../soap/ews-client.ts';
import { findNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';
import { type FolderRef, folderRef } from './folder-ref.ts';

/** FindFolder: id of the folder of this name directly below `parent`; undefined when there is none. */
export async function findFolderNamed(
  client: EwsClient,
  parent: FolderRef,
  name: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const request = element(
    'm:FindFolder',
    { Traversal: 'Shallow' },
    element('m:FolderShape', {}, textElement('t:BaseShape', 'IdOnly')),
    element('m:IndexedPageFolderView', { MaxEntriesReturned: 1, Offset: 0, BasePoint: 'Beginning' }),
    element(
      'm:Restriction',
      {},
      element(
        't:IsEqualTo',
        {},
        element('t:FieldURI', { FieldURI: 'folder:DisplayName' }),
        element('t:FieldURIOrConstant', {}, element('t:Constant', { Value: name })),
      ),
    ),
    element('m:ParentFolderIds', {}, folderRef(parent, client)),
  );
  return findNode(await client.callOne('FindFolder', request, signal), 'FolderId')?.attributes.Id;
}
