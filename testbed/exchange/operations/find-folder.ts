import { findFolder } from '../access/find-target.ts';
import { mayDo } from '../access/rights.ts';
import { folderNode, readFolderShape } from '../items/folder-node.ts';
import { matchesFolder } from '../search/match-folder.ts';
import { pageOf, readPaging } from '../search/paging.ts';
import { answerEach } from '../soap/answer.ts';
import type { Operation } from '../soap/call.ts';
import { foldersBelow } from '../store/folders-below.ts';
import { child, el } from '../xml/xml-node.ts';

/** FindFolder: folders below others, by a restriction, in pages. */
export const findFolderOperation: Operation = (call) => {
  const { request } = call;
  const shape = readFolderShape(child(request, 'FolderShape'));
  const restriction = child(request, 'Restriction')?.children[0];
  const isDeep = request.attributes.Traversal === 'Deep';
  return answerEach('FindFolder', child(request, 'ParentFolderIds')?.children ?? [], (id) => {
    const target = findFolder(call, id);
    const found = [...foldersBelow(target.folder, isDeep)].filter(
      (folder) =>
        mayDo(call.reader, target.account, folder, 'read') &&
        (restriction === undefined || matchesFolder(folder, restriction, target.account)),
    );
    const page = pageOf(found, readPaging(request, 'IndexedPageFolderView', 'FractionalPageFolderView'));
    const nodes = page.entries.map((folder) => folderNode(folder, shape, target.account));
    return [el('RootFolder', [el('Folders', nodes)], page.attributes)];
  });
};
