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

/** GetFolder for folders that every mailbox has: their ids by those names, without what the mailbox lacks or is closed to us. */
export async function getFolderIds(
  client: EwsClient,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const request = element(
    'm:GetFolder',
    {},
    element('m:FolderShape', {}, textElement('t:BaseShape', 'IdOnly')),
    element('m:FolderIds', {}, ...names.map((distinguished) => folderRef({ distinguished }, client))),
  );
  const outcomes = await client.call('GetFolder', request, signal);
  const ids = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const outcome = outcomes[index];
    if (outcome !== undefined && 'error' in outcome && !lacking.has(outcome.error.kind)) throw outcome.error;
    const id = outcome !== undefined && 'node' in outcome && findNode(outcome.node, 'FolderId')?.attributes.Id;
    if (id) ids.set(name, id);
  }
  return ids;
}

/** Answers about one folder alone. */
const lacking: ReadonlySet<string> = new Set(['notFound', 'item', 'credentials']);

/** GetFolder for one folder. */
export async function getFolder(client: EwsClient, folder: FolderRef, signal: AbortSignal): Promise<FolderInfo> {
  const request = element(
    'm:GetFolder',
    {},
    element('m:FolderShape', {}, textElement('t:BaseShape', 'Default')),
    element('m:FolderIds', {}, folderRef(folder, client)),
  );
  const node = findNode(await client.callOne('GetFolder', request, signal), 'Folders')?.children[0];
  return {
    id: findNode(node, 'FolderId')?.attributes.Id ?? '',
    name: textAt(node, 'DisplayName') ?? '',
    totalCount: Number(textAt(node, 'TotalCount') ?? 0),
  };
}
