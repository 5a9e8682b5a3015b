import { writeCalendar } from '../ics/write-calendar.ts';
import { composeMime } from '../mime/compose-mime.ts';
import type { Account } from '../store/account.ts';
import type { Item } from '../store/item.ts';
import type { World } from '../store/world.ts';
import { contentOf } from './item-content.ts';

/**
 * What `MimeContent` of an item holds: the message as it came, else one composed of its properties; of a calendar item an
 * iCalendar object.
 */
export async function mimeOfItem(item: Item, account: Account, world: World): Promise<Buffer> {
  if (item.kind !== 'CalendarItem') return composeMime(item, account.mailbox);
  const content = contentOf(item, account.mailbox);
  return Buffer.from(writeCalendar(item, content, { method: 'PUBLISH', owner: account, now: world.now() }), 'utf8');
}
