import type { EwsClient } from '../soap/ews-client.ts';
import { findNode, textAt } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';
import { type FolderRef, folderRef } from './folder-ref.ts';

/** What is known of a folder. */
export interface FolderInfo {
  readonly id: string;
  readonly name: string;
  readonly totalCount: number;
}

/** GetFolder for one folder. */
export async function getFolder(client: EwsClient, folder: FolderRef, signal: AbortSignal): Promise<FolderInfo> {
  const request = element(
    'm:GetFolder',
    {},
    element('m:FolderShape', {}, textElement('t:BaseShape', 'Default')),
    element('m:FolderIds', {}, folderRef(folder)),
  );
  const node = findNode(await client.callOne('GetFolder', request, signal), 'Folders')?.children[0];
  return {
    id: findNode(node, 'FolderId')?.attributes.Id ?? '',
    name: textAt(node, 'DisplayName') ?? '',
    totalCount: Number(textAt(node, 'TotalCount') ?? 0),
  };
}
