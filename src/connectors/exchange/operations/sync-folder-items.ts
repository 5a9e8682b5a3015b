import type { EwsClient } from '../soap/ews-client.ts';
import { childOf, nodeAt, textAt, type XmlNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';
import { type FolderRef, folderRef } from './folder-ref.ts';

/** An item of a folder as far as listing needs it. */
export interface SyncedItem {
  readonly id: string;
  readonly changeKey: string;
  /** `IPM.Note`, `IPM.Schedule.Meeting.Request`, ... */
  readonly itemClass: string;
  readonly sizeBytes: number | undefined;
  readonly receivedOn: Date | undefined;
}

/** A page of changes of a folder. */
export interface FolderChanges {
  readonly created: readonly SyncedItem[];
  readonly updated: readonly SyncedItem[];
  readonly deletedIds: readonly string[];
  readonly syncState: string;
  readonly isLast: boolean;
}

/** Most changes of a page (limit of the operation). */
const mostChanges = 512;

/** SyncFolderItems: what changed in a folder since `syncState` (undefined: everything). Throws ErrorInvalidSyncStateData when the state is no longer known. */
export async function syncFolderItems(
  client: EwsClient,
  folder: FolderRef,
  syncState: string | undefined,
  signal: AbortSignal,
): Promise<FolderChanges> {
  const request = element(
    'm:SyncFolderItems',
    {},
    element(
      'm:ItemShape',
      {},
      textElement('t:BaseShape', 'IdOnly'),
      element(
        't:AdditionalProperties',
        {},
        ...['item:ItemClass', 'item:Size', 'item:DateTimeReceived'].map((uri) =>
          element('t:FieldURI', { FieldURI: uri }),
        ),
      ),
    ),
    element('m:SyncFolderId', {}, folderRef(folder, client)),
    syncState !== undefined && textElement('m:SyncState', syncState),
    textElement('m:MaxChangesReturned', mostChanges),
  );
  const node = await client.callOne('SyncFolderItems', request, signal);
  const changes = childOf(node, 'Changes')?.children ?? [];
  const items = (kind: string) =>
    changes.filter((change) => change.name === kind).flatMap((change) => itemOf(change.children[0]) ?? []);
  return {
    created: items('Create'),
    updated: items('Update'),
    deletedIds: changes
      .filter((change) => change.name === 'Delete')
      .flatMap((change) => nodeAt(change, 'ItemId')?.attributes.Id ?? []),
    syncState: textAt(node, 'SyncState') ?? '',
    isLast: textAt(node, 'IncludesLastItemInRange') !== 'false',
  };
}

function itemOf(node: XmlNode | undefined): SyncedItem | undefined {
  const id = childOf(node, 'ItemId')?.attributes;
  if (node === undefined || id?.Id === undefined) return undefined;
  const size = Number(textAt(node, 'Size'));
  const received = new Date(textAt(node, 'DateTimeReceived') ?? '');
  return {
    id: id.Id,
    changeKey: id.ChangeKey ?? '',
    itemClass: textAt(node, 'ItemClass') ?? 'IPM.Note',
    sizeBytes: Number.isFinite(size) && size > 0 ? size : undefined,
    receivedOn: Number.isNaN(received.getTime()) ? undefined : received,
  };
}
