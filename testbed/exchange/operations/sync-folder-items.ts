import { findFolderIn } from '../access/find-target.ts';
import { itemIdNode } from '../items/item-ids.ts';
import { itemNode, readItemShape } from '../items/item-node.ts';
import type { ItemView } from '../items/item-view.ts';
import { answerEach } from '../soap/answer.ts';
import type { Operation } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import { changesOf, type FolderChange, startOf } from '../store/folder-changes.ts';
import { readSyncState, writeSyncState } from '../store/sync-state.ts';
import { child, childText, el, empty, type XmlNode } from '../xml/xml-node.ts';

/** Largest number of changes by one call. */
const largestBatch = 512;

/** SyncFolderItems: what happened in a folder since a state, newest items first on the first round. */
export const syncFolderItems: Operation = (call) => {
  const { request, world, reader } = call;
  const shape = readItemShape(child(request, 'ItemShape'));
  return answerEach('SyncFolderItems', [request], () => {
    if (shape.includeMime) throw new EwsError('ErrorInvalidPropertyRequest');
    const { account, folder } = findFolderIn(call, child(request, 'SyncFolderId'));
    const limit = Number(childText(request, 'MaxChangesReturned'));
    if (!(limit >= 1 && limit <= largestBatch)) {
      throw new EwsError('ErrorInvalidSyncStateData', 'MaxChangesReturned must be between 1 and 512.');
    }
    const given = childText(request, 'SyncState') ?? '';
    const state = given === '' ? undefined : readSyncState(given);
    const isForeign = state !== undefined && (state.folderId !== folder.id || state.seq > account.mailbox.seq);
    if (given !== '' && (state === undefined || isForeign)) throw new EwsError('ErrorInvalidSyncStateData');
    const skip = new Set((child(request, 'Ignore')?.children ?? []).map(({ attributes }) => attributes.Id ?? ''));
    const page = changesOf(folder, state ?? startOf(account.mailbox.seq), limit, skip);
    const view: ItemView = { world, account, reader, bodyType: shape.bodyType };
    const changes = page.changes.map((change) => changeNode(change, (item) => itemNode(item, shape, view, true)));
    return [
      el('SyncState', writeSyncState({ ...page.next, folderId: folder.id, mailbox: account.mailbox.number })),
      el('IncludesLastItemInRange', page.isLast),
      el('Changes', changes),
    ];
  });
};

function changeNode(
  change: FolderChange,
  show: (item: Extract<FolderChange, { item: unknown }>['item']) => XmlNode,
): XmlNode {
  if (change.kind === 'Delete') return el('Delete', [empty('ItemId', { Id: change.itemId })]);
  if (change.kind !== 'ReadFlagChange') return el(change.kind, [show(change.item)]);
  return el('ReadFlagChange', [itemIdNode(change.item), el('IsRead', change.item.isRead)]);
}
