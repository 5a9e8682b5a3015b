import { findFolder } from '../access/find-target.ts';
import { isTrue } from '../items/set-property.ts';
import { answerEach } from '../soap/answer.ts';
import type { Operation } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import { child } from '../xml/xml-node.ts';

/** DeleteFolder: for good, or into Deleted Items. */
export const deleteFolder: Operation = (call) =>
  answerEach('DeleteFolder', child(call.request, 'FolderIds')?.children ?? [], (id) => {
    const { account, folder } = findFolder(call, id, 'change');
    if (folder.distinguished !== undefined) throw new EwsError('ErrorDeleteDistinguishedFolder');
    const { mailbox } = account;
    if (call.request.attributes.DeleteType === 'MoveToDeletedItems') {
      mailbox.moveFolder(folder, mailbox.folderNamed('deleteditems'));
    } else mailbox.removeFolder(folder);
    return [];
  });

/** EmptyFolder: takes all items out of folders, and the folders below when asked. */
export const emptyFolder: Operation = (call) =>
  answerEach('EmptyFolder', child(call.request, 'FolderIds')?.children ?? [], (id) => {
    const { account, folder } = findFolder(call, id, 'change');
    const { mailbox } = account;
    const moves = call.request.attributes.DeleteType === 'MoveToDeletedItems';
    for (const item of [...folder.byArrival]) {
      if (moves) mailbox.moveItem(item, mailbox.folderNamed('deleteditems'));
      else mailbox.removeItem(item);
    }
    if (isTrue(call.request.attributes.DeleteSubFolders))
      for (const one of [...folder.children]) mailbox.removeFolder(one);
    return [];
  });
