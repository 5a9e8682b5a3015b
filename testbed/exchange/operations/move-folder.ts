import { findFolder, findFolderIn } from '../access/find-target.ts';
import { folderIdNode } from '../items/folder-node.ts';
import { answerEach } from '../soap/answer.ts';
import type { Operation } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import type { Folder } from '../store/folder.ts';
import { child, el } from '../xml/xml-node.ts';
import { requireFreeName } from './create-folder.ts';

/** MoveFolder: puts folders, with all below them, under another. */
export const moveFolder: Operation = (call) =>
  answerEach(
    'MoveFolder',
    child(call.request, 'FolderIds')?.children ?? [],
    (id) => {
      const { account, folder } = findFolder(call, id, 'change');
      const target = findFolderIn(call, child(call.request, 'ToFolderId'), 'change');
      if (folder.distinguished !== undefined) throw new EwsError('ErrorMoveDistinguishedFolder');
      if (account !== target.account || isBelow(target.folder, folder)) throw new EwsError('ErrorMoveCopyFailed');
      requireFreeName(target.folder, folder.name);
      account.mailbox.moveFolder(folder, target.folder);
      return [el('Folders', [el(folder.kind, [folderIdNode(folder)])])];
    },
    [el('Folders')],
  );

function isBelow(folder: Folder, ancestor: Folder): boolean {
  return folder === ancestor || [...ancestor.children].some((one) => isBelow(folder, one));
}
