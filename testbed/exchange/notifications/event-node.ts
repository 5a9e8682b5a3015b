import { dateText } from '../items/date-text.ts';
import { changeKeyText } from '../items/item-ids.ts';
import { el, empty, type XmlNode } from '../xml/xml-node.ts';
import type { NumberedEvent, Subscription } from './subscription.ts';

/** The watermark of an event number. */
export function watermarkOf(subscription: Subscription, number: number): string {
  return Buffer.from(`W|${subscription.id}|${number}`).toString('base64');
}

/** The event number of a watermark; undefined when it is not this subscription's. */
export function numberOf(subscription: Subscription, watermark: string): number | undefined {
  const [mark, id, number] = Buffer.from(watermark, 'base64').toString('utf8').split('|');
  return mark === 'W' && id === subscription.id ? Number(number) : undefined;
}

/** One event as an element; watermarks are for those who ask by them. */
export function eventNode({ number, event }: NumberedEvent, subscription: Subscription): XmlNode {
  const { item, folder, parentFolderId, oldItemId, oldFolderId, oldParentFolderId } = event;
  const isStream = subscription.wish.kind === 'streaming';
  return el(event.type, [
    isStream ? undefined : el('Watermark', watermarkOf(subscription, number)),
    el('TimeStamp', dateText(event.at)),
    item && empty('ItemId', { Id: item.id, ChangeKey: changeKeyText(item.changeKey) }),
    folder && empty('FolderId', { Id: folder.id, ChangeKey: changeKeyText(folder.changeKey) }),
    folderId('ParentFolderId', parentFolderId, subscription),
    oldItemId === undefined ? undefined : empty('OldItemId', { Id: oldItemId }),
    oldFolderId === undefined ? undefined : empty('OldFolderId', { Id: oldFolderId }),
    oldParentFolderId === undefined ? undefined : folderId('OldParentFolderId', oldParentFolderId, subscription),
  ]);
}

function folderId(name: string, id: string, { wish }: Subscription): XmlNode {
  const folder = wish.account.mailbox.folders.get(id);
  return empty(name, { Id: id, ...(folder && { ChangeKey: changeKeyText(folder.changeKey) }) });
}
