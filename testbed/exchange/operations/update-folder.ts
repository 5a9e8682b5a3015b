import { findFolder } from '../access/find-target.ts';
import { fieldPathIn } from '../items/field-path.ts';
import { folderIdNode } from '../items/folder-node.ts';
import { setFolderProperty } from '../items/set-folder-property.ts';
import { answerEach } from '../soap/answer.ts';
import type { Call, Operation } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import type { Folder } from '../store/folder.ts';
import { child, el, type XmlNode } from '../xml/xml-node.ts';
import { requireFreeName } from './create-folder.ts';

/** UpdateFolder: renames a folder and sets its properties. */
export const updateFolder: Operation = (call) => {
  const changes = child(call.request, 'FolderChanges')?.children ?? [];
  return answerEach(
    'UpdateFolder',
    changes,
    (change) => {
      const id = change.children.find(({ name }) => name !== 'Updates');
      const { account, folder } = findFolder(call, id, 'change');
      for (const one of child(change, 'Updates')?.children ?? []) {
        apply(call, folder, one, account.mailbox.folders.get(folder.parentId ?? ''));
      }
      account.mailbox.touchFolder(folder);
      return [el('Folders', [el(folder.kind, [folderIdNode(folder)])])];
    },
    [el('Folders')],
  );
};

function apply(call: Call, folder: Folder, change: XmlNode, parent: Folder | undefined): void {
  const path = fieldPathIn(change);
  if (change.name === 'DeleteFolderField') {
    if (path.kind === 'extended') folder.extended.delete(path.key);
    else if (path.kind === 'plain') folder.properties.delete(path.name);
    return;
  }
  const value = change.children.at(-1)?.children[0];
  if (value === undefined) throw new EwsError('ErrorIncorrectUpdatePropertyCount');
  if (value.name === 'DisplayName' && value.text.toLowerCase() !== folder.name.toLowerCase() && parent !== undefined) {
    requireFreeName(parent, value.text);
  }
  setFolderProperty(folder, value, call);
}
