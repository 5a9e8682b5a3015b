import { findFolder } from '../access/find-target.ts';
import { folderNode, readFolderShape } from '../items/folder-node.ts';
import { answerEach } from '../soap/answer.ts';
import type { Operation } from '../soap/call.ts';
import { child, el } from '../xml/xml-node.ts';

/** GetFolder: folders by id. */
export const getFolder: Operation = (call) => {
  const shape = readFolderShape(child(call.request, 'FolderShape'));
  const ids = child(call.request, 'FolderIds')?.children ?? [];
  return answerEach(
    'GetFolder',
    ids,
    (id) => {
      const { account, folder } = findFolder(call, id);
      return [el('Folders', [folderNode(folder, shape, account)])];
    },
    [el('Folders')],
  );
};
