import { meetingArrival } from '../calendar/deliver-meeting.ts';
import { readCalendar } from '../ics/read-calendar.ts';
import { itemOfMessage } from '../items/item-of-message.ts';
import { calendarText } from '../mime/calendar-part.ts';
import { editHeaders } from '../mime/edit-headers.ts';
import type { Account } from '../store/account.ts';
import type { Item } from '../store/item.ts';
import type { NewItem } from '../store/mailbox.ts';
import type { World } from '../store/world.ts';

/** Puts a message into the inbox of a mailbox, as the transport of a server does, and tells of new mail. */
export function deliver(world: World, account: Account, raw: Buffer): Item {
  const now = world.now();
  const received = `from simulator by simulator with EWS simulator; ${new Date(now).toUTCString()}`;
  const stamped = editHeaders(raw, [], [['Received', received]]);
  const inbox = account.mailbox.folderNamed('inbox');
  return account.mailbox.addItem(inbox, arrivalOf(world, account, stamped), 'NewMailEvent');
}

function arrivalOf(world: World, account: Account, raw: Buffer): NewItem {
  const item = itemOfMessage(raw, { now: world.now() });
  if (!raw.includes('text/calendar')) return item;
  const text = calendarText(raw);
  const calendar = text === undefined ? undefined : readCalendar(text, 'UTC');
  return calendar === undefined ? item : meetingArrival(world, account, item, raw, calendar);
}
