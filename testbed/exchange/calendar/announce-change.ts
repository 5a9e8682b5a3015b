import { type ItemTarget, shownItem } from '../access/find-target.ts';
import { contentOf } from '../items/item-content.ts';
import type { MailAddress } from '../mime/mail-addresses.ts';
import type { Call } from '../soap/call.ts';
import type { Item, ItemContent } from '../store/item.ts';
import { el } from '../xml/xml-node.ts';
import { attendeesOf } from './attendees.ts';
import { sendMeeting } from './send-meeting.ts';

/** Tells attendees of a changed meeting as the request wishes: new ones are invited, removed ones get a cancellation. */
export async function announceChange(
  call: Call,
  target: ItemTarget,
  before: Item & { content: ItemContent },
): Promise<void> {
  const wish = call.request.attributes.SendMeetingInvitationsOrCancellations ?? 'SendToNone';
  const { account, item } = target;
  const content = contentOf(item, account.mailbox);
  const isOrganizer = (content.properties.get('MyResponseType')?.text ?? 'Organizer') === 'Organizer';
  if (wish === 'SendToNone' || !isOrganizer) return;
  const [old, now] = [attendeesOf(before.content), attendeesOf(content)];
  const saves = wish.endsWith('AndSaveCopy');
  const invited = wish.includes('Changed') ? without(now, old) : now;
  const shown = shownItem(target);
  if (invited.length > 0) {
    content.properties.set('MeetingRequestWasSent', el('MeetingRequestWasSent', true));
    await sendMeeting(call.world, account, shown, { method: 'REQUEST', to: invited, prefix: '', saves });
  }
  await sendMeeting(call.world, account, shown, {
    method: 'CANCEL',
    to: without(old, now),
    prefix: 'Canceled: ',
    saves,
  });
}

function without(people: readonly MailAddress[], others: readonly MailAddress[]): MailAddress[] {
  const known = new Set(others.map(({ address }) => address.toLowerCase()));
  return people.filter(({ address }) => !known.has(address.toLowerCase()));
}
