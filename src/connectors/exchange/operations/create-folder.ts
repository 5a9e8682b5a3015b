import type { EwsClient } from '../soap/ews-client.ts';
import { findNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';
import { type FolderRef, folderRef } from './folder-ref.ts';

/** CreateFolder: makes a mail folder below `parent` and returns its id. Throws ErrorFolderExists when the name is taken there. */
export async function createFolder(
  client: EwsClient,
  parent: FolderRef,
  name: string,
  signal: AbortSignal,
): Promise<string> {
  const request = element(
    'm:CreateFolder',
    {},
    element('m:ParentFolderId', {}, folderRef(parent, client)),
    element('m:Folders', {}, element('t:Folder', {}, textElement('t:DisplayName', name))),
  );
  return findNode(await client.callOne('CreateFolder', request, signal), 'FolderId')?.attributes.Id ?? '';
}
