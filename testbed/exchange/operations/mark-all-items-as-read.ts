import { findFolder } from '../access/find-target.ts';
import { isTrue } from '../items/set-property.ts';
import { answerEach } from '../soap/answer.ts';
import type { Operation } from '../soap/call.ts';
import { child, childText } from '../xml/xml-node.ts';

/** MarkAllItemsAsRead: sets or clears the read flag of all items of folders. */
export const markAllItemsAsRead: Operation = (call) => {
  const isRead = isTrue(childText(call.request, 'ReadFlag'));
  return answerEach('MarkAllItemsAsRead', child(call.request, 'FolderIds')?.children ?? [], (id) => {
    const { account, folder } = findFolder(call, id, 'change');
    for (const item of [...folder.byArrival]) {
      if (item.isRead === isRead) continue;
      account.mailbox.changeItem(item, () => Object.assign(item, { isRead }), true);
    }
    return [];
  });
};
