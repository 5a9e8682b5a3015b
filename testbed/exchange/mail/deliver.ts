import { itemOfMessage } from '../items/item-of-message.ts';
import { editHeaders } from '../mime/edit-headers.ts';
import type { Account } from '../store/account.ts';
import type { Item } from '../store/item.ts';
import type { World } from '../store/world.ts';

/** Puts a message into the inbox of a mailbox, as the transport of a server does, and tells of new mail. */
export function deliver(world: World, account: Account, raw: Buffer): Item {
  const now = world.now();
  const received = `from simulator by simulator with EWS simulator; ${new Date(now).toUTCString()}`;
  const stamped = editHeaders(raw, [], [['Received', received]]);
  const inbox = account.mailbox.folderNamed('inbox');
  return account.mailbox.addItem(inbox, itemOfMessage(stamped, { now }), 'NewMailEvent');
}
