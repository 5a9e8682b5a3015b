import { findFolderIn, findItem } from '../access/find-target.ts';
import { itemIdNode } from '../items/item-ids.ts';
import { copyItemTo, moveItemTo } from '../items/transfer-item.ts';
import { answerEach } from '../soap/answer.ts';
import type { Operation } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import { child, childText, el } from '../xml/xml-node.ts';

/** MoveItem: items get new ids in the new folder. */
export const moveItem: Operation = (call) => transfer('MoveItem')(call);

/** CopyItem: copies of items in another folder. */
export const copyItem: Operation = (call) => transfer('CopyItem')(call);

function transfer(operation: 'MoveItem' | 'CopyItem'): Operation {
  return (call) => {
    const ids = child(call.request, 'ItemIds')?.children ?? [];
    const withoutIds = childText(call.request, 'ReturnNewItemIds') === 'false';
    return answerEach(
      operation,
      ids,
      (id) => {
        const target = findFolderIn(call, child(call.request, 'ToFolderId'), 'create');
        const source = findItem(call, id, operation === 'MoveItem' ? 'change' : 'read');
        if (source.occurrence !== undefined) throw new EwsError('ErrorCalendarCannotMoveOrCopyOccurrence');
        const item = operation === 'MoveItem' ? moveItemTo(source, target) : copyItemTo(source, target);
        return [el('Items', withoutIds ? [] : [el(item.kind, [itemIdNode(item)])])];
      },
      [el('Items')],
    );
  };
}
