import type { FolderTarget, ItemTarget } from '../access/find-target.ts';
import type { Item } from '../store/item.ts';
import { contentOf, copyContent } from './item-content.ts';

/** Moves an item into a folder, also of another mailbox; it has a new id afterwards. */
export function moveItemTo(source: ItemTarget, target: FolderTarget): Item {
  if (source.account === target.account) {
    source.account.mailbox.moveItem(source.item, target.folder);
    return source.item;
  }
  const copy = copyItemTo(source, target);
  source.account.mailbox.removeItem(source.item);
  return copy;
}

/** Puts a copy of an item into a folder. */
export function copyItemTo({ account, item }: ItemTarget, target: FolderTarget): Item {
  const { mailbox } = target.account;
  const content = contentOf(item, account.mailbox);
  const copy = mailbox.addItem(target.folder, {
    ...item,
    content: {
      ...copyContent(content),
      attachments: content.attachments.map((one) => ({ ...one, number: mailbox.nextSerial() })),
    },
  });
  mailbox.tellCopied(copy, item);
  return copy;
}
