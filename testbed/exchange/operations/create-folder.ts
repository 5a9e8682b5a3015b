import { findFolderIn } from '../access/find-target.ts';
import { folderIdNode } from '../items/folder-node.ts';
import { setFolderProperty } from '../items/set-folder-property.ts';
import { answerEach } from '../soap/answer.ts';
import type { Operation } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import type { Folder, FolderKind } from '../store/folder.ts';
import { child, childText, el } from '../xml/xml-node.ts';

const classes: Readonly<Record<FolderKind, string>> = {
  Folder: 'IPF.Note',
  CalendarFolder: 'IPF.Appointment',
  ContactsFolder: 'IPF.Contact',
  TasksFolder: 'IPF.Task',
  SearchFolder: 'IPF.Note',
};

/** CreateFolder: folders below a parent; two of one name are refused. */
export const createFolder: Operation = (call) => {
  const folders = child(call.request, 'Folders')?.children ?? [];
  return answerEach(
    'CreateFolder',
    folders,
    (node) => {
      const { account, folder: parent } = findFolderIn(call, child(call.request, 'ParentFolderId'), 'change');
      const kind = node.name as FolderKind;
      const name = childText(node, 'DisplayName') ?? '';
      if (name.trim() === '') throw new EwsError('ErrorFolderSave', 'A folder needs a DisplayName.');
      requireFreeName(parent, name);
      const folder = account.mailbox.createFolder(kind, childText(node, 'FolderClass') ?? classes[kind], name, parent);
      for (const part of node.children) setFolderProperty(folder, part, call);
      return [el('Folders', [el(kind, [folderIdNode(folder)])])];
    },
    [el('Folders')],
  );
};

/** Throws ErrorFolderExists when the parent has a folder of that name. */
export function requireFreeName(parent: Folder, name: string): void {
  const wanted = name.toLowerCase();
  if ([...parent.children].some((one) => one.name.toLowerCase() === wanted)) throw new EwsError('ErrorFolderExists');
}
