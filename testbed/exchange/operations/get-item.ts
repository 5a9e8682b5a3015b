import { findItem, shownItem } from '../access/find-target.ts';
import { itemNode, readItemShape, wantsMime } from '../items/item-node.ts';
import { mimeOfItem } from '../items/mime-of-item.ts';
import { answerEach } from '../soap/answer.ts';
import type { Operation } from '../soap/call.ts';
import { child, el } from '../xml/xml-node.ts';

/** GetItem: items by id, with the properties of the shape and the message itself when asked. */
export const getItem: Operation = (call) => {
  const shape = readItemShape(child(call.request, 'ItemShape'));
  const ids = child(call.request, 'ItemIds')?.children ?? [];
  return answerEach(
    'GetItem',
    ids,
    async (id) => {
      const target = findItem(call, id);
      const { account } = target;
      const item = shownItem(target);
      const mime = wantsMime(shape) ? await mimeOfItem(item, account, call.world) : undefined;
      const view = { world: call.world, account, reader: call.reader, bodyType: shape.bodyType };
      return [el('Items', [itemNode(item, shape, { ...view, ...(mime && { mime }) })])];
    },
    [el('Items')],
  );
};
