import type { EwsClient } from '../soap/ews-client.ts';
import { childOf, findNode, nodeAt, textAt, type XmlNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';
import { folderRef } from './folder-ref.ts';

/** A folder as the hierarchy tells it. */
export interface SyncedFolder {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly name: string;
  /** False for calendars, contacts, tasks, notes and search folders. */
  readonly holdsMail: boolean;
  readonly itemCount: number | undefined;
}

/** A page of changes of the hierarchy. */
export interface HierarchyChanges {
  readonly present: readonly SyncedFolder[];
  readonly goneIds: readonly string[];
  readonly syncState: string;
  readonly isLast: boolean;
}

const fields = [
  'folder:FolderId',
  'folder:ParentFolderId',
  'folder:DisplayName',
  'folder:TotalCount',
  'folder:FolderClass',
];

/** SyncFolderHierarchy: the folders below the top of the mailbox that came, changed or went since `syncState`. Throws ErrorInvalidSyncStateData when the state is no longer known. */
export async function syncFolderHierarchy(
  client: EwsClient,
  syncState: string | undefined,
  signal: AbortSignal,
): Promise<HierarchyChanges> {
  const request = element(
    'm:SyncFolderHierarchy',
    {},
    element(
      'm:FolderShape',
      {},
      textElement('t:BaseShape', 'IdOnly'),
      element('t:AdditionalProperties', {}, ...fields.map((uri) => element('t:FieldURI', { FieldURI: uri }))),
    ),
    element('m:SyncFolderId', {}, folderRef({ distinguished: 'msgfolderroot' }, client)),
    syncState !== undefined && textElement('m:SyncState', syncState),
  );
  const node = await client.callOne('SyncFolderHierarchy', request, signal);
  const changes = childOf(node, 'Changes')?.children ?? [];
  return {
    present: changes.flatMap(({ name, children }) =>
      name === 'Create' || name === 'Update' ? (folderOf(children[0]) ?? []) : [],
    ),
    goneIds: changes.flatMap((change) =>
      change.name === 'Delete' ? (nodeAt(change, 'FolderId')?.attributes.Id ?? []) : [],
    ),
    syncState: textAt(node, 'SyncState') ?? '',
    isLast: textAt(node, 'IncludesLastFolderInRange') !== 'false',
  };
}

function folderOf(node: XmlNode | undefined): SyncedFolder | undefined {
  const id = childOf(node, 'FolderId')?.attributes.Id;
  if (node === undefined || id === undefined) return undefined;
  const count = Number(textAt(node, 'TotalCount'));
  return {
    id,
    parentId: findNode(node, 'ParentFolderId')?.attributes.Id,
    name: textAt(node, 'DisplayName') ?? '',
    holdsMail: node.name === 'Folder' && /^(IPF\.Note|IPF\.Imap|$)/i.test(textAt(node, 'FolderClass') ?? ''),
    itemCount: Number.isFinite(count) ? count : undefined,
  };
}
