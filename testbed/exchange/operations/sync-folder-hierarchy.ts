import { type FolderTarget, findFolderIn } from '../access/find-target.ts';
import { mayDo } from '../access/rights.ts';
import { folderNode, readFolderShape } from '../items/folder-node.ts';
import { answerEach } from '../soap/answer.ts';
import type { Call, Operation } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import type { Folder } from '../store/folder.ts';
import { readSyncState, writeSyncState } from '../store/sync-state.ts';
import { child, childText, el, empty, type XmlNode } from '../xml/xml-node.ts';

/** SyncFolderHierarchy: which folders came, changed or went since a state. */
export const syncFolderHierarchy: Operation = (call) => {
  const { request } = call;
  const shape = readFolderShape(child(request, 'FolderShape'));
  return answerEach('SyncFolderHierarchy', [request], () => {
    const target = rootOf(call);
    const { mailbox } = target.account;
    const given = childText(request, 'SyncState') ?? '';
    const state = given === '' ? undefined : readSyncState(given);
    const isForeign = state !== undefined && (state.folderId !== '' || state.mailbox !== mailbox.number);
    if (given !== '' && (state === undefined || isForeign || state.seq > mailbox.seq)) {
      throw new EwsError('ErrorInvalidSyncStateData');
    }
    const seq = state?.seq ?? 0;
    const show = (folder: Folder): XmlNode => folderNode(folder, shape, target.account);
    const changes = [...changed(call, target, seq, show), ...gone(target, seq)];
    const next = { folderId: '', mailbox: mailbox.number, seq: mailbox.seq, base: 0, told: [], before: undefined };
    return [el('SyncState', writeSyncState(next)), el('IncludesLastFolderInRange', true), el('Changes', changes)];
  });
};

function rootOf(call: Call): FolderTarget {
  const named = child(call.request, 'SyncFolderId');
  if (named !== undefined) return findFolderIn(call, named);
  return { account: call.reader, folder: call.reader.mailbox.folderNamed('msgfolderroot') };
}

/** Parents come before their children. */
function changed(
  call: Call,
  { account, folder }: FolderTarget,
  seq: number,
  show: (folder: Folder) => XmlNode,
): XmlNode[] {
  const found: XmlNode[] = [];
  const walk = (parent: Folder): void => {
    for (const one of parent.children) {
      const visible = mayDo(call.reader, account, one, 'read');
      if (visible && one.changedSeq > seq) found.push(el(one.createdSeq > seq ? 'Create' : 'Update', [show(one)]));
      walk(one);
    }
  };
  walk(folder);
  return found;
}

function gone({ account }: FolderTarget, seq: number): XmlNode[] {
  return account.mailbox.goneFolders
    .filter((one) => one.seq > seq && one.createdSeq <= seq)
    .map(({ id }) => el('Delete', [empty('FolderId', { Id: id })]));
}
