import type { FolderItem } from '../../../contracts/folder-tracker.ts';
import type { EwsClient } from '../soap/ews-client.ts';
import { childOf, nodeAt, textAt } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';
import { folderId } from './folder-ref.ts';
import { mailItemFields, mailItemOf } from './mail-item.ts';

/** A page of what happened to the messages of a folder. */
export interface MailChanges {
  /** Came or changed; a changed read flag is no change. */
  readonly present: readonly FolderItem[];
  readonly goneIds: readonly string[];
  readonly syncState: string;
  readonly isLast: boolean;
}

/** Most changes of a page (limit of the operation). */
const mostChanges = 512;

/** SyncFolderItems with what tracking needs of messages; from undefined on everything. Throws ErrorInvalidSyncStateData when the state is no longer known. */
export async function syncMailItems(
  client: EwsClient,
  id: string,
  syncState: string | undefined,
  signal: AbortSignal,
): Promise<MailChanges> {
  const request = element(
    'm:SyncFolderItems',
    {},
    element(
      'm:ItemShape',
      {},
      textElement('t:BaseShape', 'IdOnly'),
      element('t:AdditionalProperties', {}, mailItemFields),
    ),
    element('m:SyncFolderId', {}, folderId({ id })),
    syncState !== undefined && textElement('m:SyncState', syncState),
    textElement('m:MaxChangesReturned', mostChanges),
  );
  const node = await client.callOne('SyncFolderItems', request, signal);
  const changes = childOf(node, 'Changes')?.children ?? [];
  return {
    present: changes.flatMap(({ name, children }) =>
      name === 'Create' || name === 'Update' ? (mailItemOf(children[0]) ?? []) : [],
    ),
    goneIds: changes.flatMap((change) =>
      change.name === 'Delete' ? (nodeAt(change, 'ItemId')?.attributes.Id ?? []) : [],
    ),
    syncState: textAt(node, 'SyncState') ?? '',
    isLast: textAt(node, 'IncludesLastItemInRange') !== 'false',
  };
}
