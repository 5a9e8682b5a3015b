import { findItem } from '../access/find-target.ts';
import { answerEach } from '../soap/answer.ts';
import type { Operation } from '../soap/call.ts';
import { child } from '../xml/xml-node.ts';

/** DeleteItem: for good, softly into the recoverable items, or into Deleted Items. */
export const deleteItem: Operation = (call) => {
  const kind = call.request.attributes.DeleteType;
  return answerEach('DeleteItem', child(call.request, 'ItemIds')?.children ?? [], (id) => {
    const { account, item } = findItem(call, id, 'change');
    const { mailbox } = account;
    if (kind === 'MoveToDeletedItems') mailbox.moveItem(item, mailbox.folderNamed('deleteditems'));
    else if (kind === 'SoftDelete') mailbox.moveItem(item, mailbox.folderNamed('recoverableitemsdeletions'));
    else mailbox.removeItem(item);
    return [];
  });
};
