import { type ItemTarget, shownItem } from '../access/find-target.ts';
import { dateText } from '../items/date-text.ts';
import { contentOf, copyContent } from '../items/item-content.ts';
import { addressOf } from '../mime/mail-addresses.ts';
import type { Call } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import type { Account } from '../store/account.ts';
import type { Item, ItemContent } from '../store/item.ts';
import { child, el, type XmlNode } from '../xml/xml-node.ts';
import { applyEvents, findByUid } from './apply-events.ts';
import { attendeesOf } from './attendees.ts';
import { sendMeeting } from './send-meeting.ts';

interface Answer {
  readonly response: string;
  readonly status: string;
  readonly prefix: string;
}

const answers: Readonly<Record<string, Answer>> = {
  AcceptItem: { response: 'Accept', status: 'ACCEPTED', prefix: 'Accepted: ' },
  TentativelyAcceptItem: { response: 'Tentative', status: 'TENTATIVE', prefix: 'Tentative: ' },
  DeclineItem: { response: 'Decline', status: 'DECLINED', prefix: 'Declined: ' },
};

/** Accepts or declines a meeting by its request or its calendar item; the organizer is told unless it is only saved. */
export async function answerMeeting(call: Call, target: ItemTarget, node: XmlNode): Promise<Item[]> {
  const answer = answers[node.name];
  if (answer === undefined) throw new EwsError('ErrorInvalidRequest');
  const { account } = target;
  const item = calendarItemOf(call, target);
  const content = copyContent(contentOf(item, account.mailbox));
  if (content.properties.get('MyResponseType')?.text === 'Organizer')
    throw new EwsError(`ErrorCalendarIsOrganizerFor${answer.response === 'Tentative' ? 'Tentative' : answer.response}`);
  const disposition = call.request.attributes.MessageDisposition ?? 'SendAndSaveCopy';
  const organizer = addressOf(child(content.properties.get('Organizer'), 'Mailbox'));
  const sent =
    disposition === 'SaveOnly' || organizer === undefined
      ? undefined
      : await sendMeeting(call.world, account, target.occurrence === undefined ? item : shownItem(target), {
          method: 'REPLY',
          to: [organizer],
          prefix: answer.prefix,
          status: answer.status,
          body: bodyOf(node),
          saves: disposition === 'SendAndSaveCopy',
        });
  noteAnswer(call, account, item, content, answer);
  const { mailbox } = account;
  if (answer.response === 'Decline') mailbox.moveItem(item, mailbox.folderNamed('deleteditems'));
  if (target.item.kind === 'MeetingRequest') mailbox.moveItem(target.item, mailbox.folderNamed('deleteditems'));
  return sent === undefined ? [item] : [sent, item];
}

/** The calendar item that a request or an item names; one that was deleted is made again from the request. */
function calendarItemOf(call: Call, { account, item }: ItemTarget): Item {
  if (item.kind === 'CalendarItem') return item;
  if (item.kind !== 'MeetingRequest') throw new EwsError('ErrorInvalidOperation', 'This is no meeting.');
  const content = contentOf(item, account.mailbox);
  const uid = content.properties.get('UID')?.text ?? '';
  const found = findByUid(account.mailbox, uid);
  if (found !== undefined) return found;
  const event = {
    uid,
    recurrenceId: undefined,
    subject: item.subject,
    body: content.body,
    properties: content.properties,
    deleted: [],
    sequence: 0,
    reply: undefined,
  };
  const made = applyEvents(call.world, account, [event], undefined);
  if (made === undefined) throw new EwsError('ErrorItemNotFound');
  return made;
}

function noteAnswer(call: Call, account: Account, item: Item, content: ItemContent, { response }: Answer): void {
  const put = (one: XmlNode): void => void content.properties.set(one.name, one);
  put(el('MyResponseType', response));
  put(el('AppointmentReplyTime', dateText(call.world.now())));
  put(el('LegacyFreeBusyStatus', response === 'Accept' ? 'Busy' : response === 'Decline' ? 'Free' : 'Tentative'));
  account.mailbox.changeItem(item, () => {
    item.content = content;
  });
}

function bodyOf(node: XmlNode): ItemContent['body'] {
  const given = child(node, 'Body') ?? child(node, 'NewBodyContent');
  return { type: given?.attributes.BodyType === 'HTML' ? 'HTML' : 'Text', text: given?.text ?? '' };
}

/** The organizer calls a meeting off: attendees are told, the item goes to Deleted Items. */
export async function cancelMeeting(call: Call, target: ItemTarget, node: XmlNode): Promise<Item[]> {
  const { account, item, occurrence } = target;
  const { mailbox } = account;
  if (item.kind !== 'CalendarItem') throw new EwsError('ErrorInvalidOperation', 'This is no calendar item.');
  const content = copyContent(contentOf(item, mailbox));
  if ((content.properties.get('MyResponseType')?.text ?? 'Organizer') !== 'Organizer')
    throw new EwsError('ErrorCalendarIsNotOrganizer');
  const sent = await sendMeeting(call.world, account, shownItem(target), {
    method: 'CANCEL',
    to: attendeesOf(content),
    prefix: 'Canceled: ',
    body: bodyOf(node),
    saves: call.request.attributes.MessageDisposition === 'SendAndSaveCopy',
  });
  if (occurrence === undefined) mailbox.moveItem(item, mailbox.folderNamed('deleteditems'));
  else {
    content.occurrences.set(occurrence, 'deleted');
    mailbox.changeItem(item, () => Object.assign(item, { content }));
  }
  return sent === undefined ? [] : [sent];
}

/** Takes a cancelled meeting out of the calendar, and its message out of the inbox. */
export function removeMeeting({ account, item }: ItemTarget): Item[] {
  const { mailbox } = account;
  const uid = contentOf(item, mailbox).properties.get('UID')?.text ?? '';
  const meeting = findByUid(mailbox, uid);
  if (meeting !== undefined) mailbox.moveItem(meeting, mailbox.folderNamed('deleteditems'));
  if (item !== meeting) mailbox.moveItem(item, mailbox.folderNamed('deleteditems'));
  return [];
}
