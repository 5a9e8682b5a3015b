import type { Attachment, Item } from '../store/item.ts';
import { makeId, readId } from '../store/item-id.ts';
import { empty, type XmlNode } from '../xml/xml-node.ts';

/** The change key as clients see it. */
export function changeKeyText(changeKey: number): string {
  const bytes = Buffer.alloc(15);
  bytes.writeUIntBE(changeKey, 9, 6);
  return bytes.toString('base64');
}

/** Element `ItemId` of an item of a folder. */
export function itemIdNode(item: Item, name = 'ItemId'): XmlNode {
  return empty(name, { Id: item.id, ChangeKey: changeKeyText(item.changeKey) });
}

/** The id of an attachment; it names its item too, so it changes when the item moves. */
export function attachmentId(top: Item, attachment: Attachment): string {
  const target = readId(top.id);
  return makeId({
    kind: 'attachment',
    mailbox: target?.mailbox ?? 0,
    serial: target?.serial ?? 0,
    part: attachment.number,
  });
}

/** The id of one occurrence of a series. */
export function occurrenceId(master: Item, originalStart: number): string {
  const target = readId(master.id);
  return makeId({
    kind: 'occurrence',
    mailbox: target?.mailbox ?? 0,
    serial: target?.serial ?? 0,
    part: Math.round(originalStart / 1000),
  });
}
