import { findItem, type ItemTarget, ownerOf, targetOf } from '../access/find-target.ts';
import { requireRight } from '../access/rights.ts';
import { attachmentNode } from '../items/attachment-nodes.ts';
import { contentOf } from '../items/item-content.ts';
import { attachmentId, changeKeyText } from '../items/item-ids.ts';
import { itemNode, readItemShape, wantsMime } from '../items/item-node.ts';
import { mimeOfItem } from '../items/mime-of-item.ts';
import { newAttachment, sizeOf } from '../items/new-item.ts';
import { answerEach } from '../soap/answer.ts';
import type { Call, Operation } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import type { Account } from '../store/account.ts';
import type { Attachment, Item } from '../store/item.ts';
import { makeId } from '../store/item-id.ts';
import { child, el, empty, type XmlNode } from '../xml/xml-node.ts';

/** CreateAttachment: adds files and items to an item. */
export const createAttachment: Operation = (call) =>
  answerEach(
    'CreateAttachment',
    child(call.request, 'Attachments')?.children ?? [],
    (node) => {
      const target = findItem(call, child(call.request, 'ParentItemId'), 'change');
      const { account, item } = target;
      const made = newAttachment(node, account, call);
      change(target, (content) => content.push(made));
      const name = made.item === undefined ? 'FileAttachment' : 'ItemAttachment';
      const id = empty('AttachmentId', { Id: attachmentId(item, made), ...rootIds(item) });
      return [el('Attachments', [el(name, [id])])];
    },
    [el('Attachments')],
  );

/** GetAttachment: the bytes of files, the properties of attached items. */
export const getAttachment: Operation = (call) => {
  const shape = readItemShape(child(call.request, 'AttachmentShape'));
  return answerEach(
    'GetAttachment',
    child(call.request, 'AttachmentIds')?.children ?? [],
    async (id) => {
      const { account, item, attachment } = findAttachment(call, id, 'read');
      if (attachment.item === undefined) {
        const bytes = el('Content', (attachment.content ?? Buffer.alloc(0)).toString('base64'));
        return [el('Attachments', [attachmentNode(item, attachment, bytes)])];
      }
      const mime = wantsMime(shape) ? await mimeOfItem(attachment.item, account, call.world) : undefined;
      const view = { world: call.world, account, reader: call.reader, bodyType: shape.bodyType, ...(mime && { mime }) };
      return [el('Attachments', [attachmentNode(item, attachment, itemNode(attachment.item, shape, view))])];
    },
    [el('Attachments')],
  );
};

/** DeleteAttachment: takes attachments off their items. */
export const deleteAttachment: Operation = (call) =>
  answerEach('DeleteAttachment', child(call.request, 'AttachmentIds')?.children ?? [], (id) => {
    const target = findAttachment(call, id, 'change');
    change(target, (list) => list.splice(list.indexOf(target.attachment), 1));
    return [empty('RootItemId', rootIds(target.item))];
  });

function rootIds(item: Item): Record<string, string> {
  return { RootItemId: item.id, RootItemChangeKey: changeKeyText(item.changeKey) };
}

function change({ account, item }: Pick<ItemTarget, 'account' | 'item'>, work: (list: Attachment[]) => void): void {
  const content = contentOf(item, account.mailbox);
  account.mailbox.changeItem(item, () => {
    item.mime = undefined;
    work(content.attachments);
    item.size = sizeOf(item);
  });
}

function findAttachment(
  call: Call,
  node: XmlNode,
  deed: 'read' | 'change',
): { account: Account; item: Item; attachment: Attachment } {
  const target = targetOf(node.attributes.Id ?? '', 'attachment');
  const account = ownerOf(call, target);
  const item = account.mailbox.items.get(makeId({ ...target, kind: 'item', part: 0 }));
  const folder = item && account.mailbox.folders.get(item.folderId);
  if (item === undefined || folder === undefined) throw new EwsError('ErrorItemNotFound');
  requireRight(call.reader, account, folder, deed);
  const attachment = search(contentOf(item, account.mailbox).attachments, target.part, account);
  if (attachment === undefined) throw new EwsError('ErrorInvalidAttachmentId');
  return { account, item, attachment };
}

/** Attachments of attached items have ids of their own. */
function search(list: readonly Attachment[], number: number, account: Account): Attachment | undefined {
  for (const one of list) {
    if (one.number === number) return one;
    const inner = one.item && search(contentOf(one.item, account.mailbox).attachments, number, account);
    if (inner !== undefined) return inner;
  }
  return undefined;
}
