import { composeMime } from '../mime/compose-mime.ts';
import type { Account } from '../store/account.ts';
import type { Item } from '../store/item.ts';
import type { World } from '../store/world.ts';

/** What `MimeContent` of an item holds: the message as it came, else one composed of its properties. */
export async function mimeOfItem(item: Item, account: Account, _world: World): Promise<Buffer> {
  return composeMime(item, account.mailbox);
}
