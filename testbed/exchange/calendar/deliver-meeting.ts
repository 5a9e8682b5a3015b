import type { CalendarEvent, CalendarObject } from '../ics/read-calendar.ts';
import { dateText } from '../items/date-text.ts';
import { contentFromMime, copyContent, itemClassOf } from '../items/item-content.ts';
import { itemIdNode } from '../items/item-ids.ts';
import type { Account } from '../store/account.ts';
import type { Item, ItemContent, ItemKind } from '../store/item.ts';
import type { NewItem } from '../store/mailbox.ts';
import type { World } from '../store/world.ts';
import { el, type XmlNode } from '../xml/xml-node.ts';
import { applyEvents, findByUid } from './apply-events.ts';
import { setResponse } from './attendees.ts';

const responses: Readonly<Record<string, readonly [string, string]>> = {
  ACCEPTED: ['Accept', 'Pos'],
  DECLINED: ['Decline', 'Neg'],
  TENTATIVE: ['Tentative', 'Tent'],
};

/**
 * Makes the inbox item of a message with a calendar object, and carries it into the calendar as the attendant of a server does:
 * an invitation lies there tentatively, a cancellation is marked, an answer is noted with its attendee.
 */
export function meetingArrival(
  world: World,
  account: Account,
  arrived: NewItem,
  raw: Buffer,
  calendar: CalendarObject,
): NewItem {
  const [event] = calendar.events;
  if (event === undefined) return arrived;
  const existing = findByUid(account.mailbox, event.uid);
  const content = contentFromMime(raw, account.mailbox);
  const base = { ...arrived, content };
  switch (calendar.method) {
    case 'REQUEST':
      return request(world, account, base, calendar, existing);
    case 'CANCEL':
      return cancellation(account, base, event, existing);
    case 'REPLY':
      return response(world, account, base, event, existing);
    default:
      return arrived;
  }
}

/** What a message about a meeting says of it. */
const taken = [
  'UID',
  'Start',
  'End',
  'Location',
  'Organizer',
  'RequiredAttendees',
  'OptionalAttendees',
  'Resources',
  'Recurrence',
  'IsAllDayEvent',
  'StartTimeZone',
  'EndTimeZone',
  'AppointmentSequenceNumber',
  'RecurrenceId',
];

function asMeeting(
  arrived: NewItem & { content: ItemContent },
  kind: ItemKind,
  event: CalendarEvent,
  related: Item | undefined,
  more: readonly XmlNode[],
): NewItem {
  const { content } = arrived;
  for (const name of taken) {
    const node = event.properties.get(name);
    if (node !== undefined) content.properties.set(name, node);
  }
  const nodes = [
    ...(related === undefined ? [] : [itemIdNode(related, 'AssociatedCalendarItemId')]),
    el('IsDelegated', false),
    el('IsOutOfDate', false),
    el('HasBeenProcessed', related !== undefined),
    ...more,
  ];
  for (const node of nodes) content.properties.set(node.name, node);
  if (event.recurrenceId !== undefined) {
    content.properties.set('RecurrenceId', el('RecurrenceId', dateText(event.recurrenceId)));
  }
  return { ...arrived, kind, itemClass: itemClassOf(kind) };
}

function request(
  world: World,
  account: Account,
  arrived: NewItem & { content: ItemContent },
  calendar: CalendarObject,
  existing: Item | undefined,
): NewItem {
  const [event] = calendar.events;
  if (event === undefined) return arrived;
  const intended = event.properties.get('LegacyFreeBusyStatus')?.text ?? 'Busy';
  const isChanged = existing !== undefined && isMoved(existing, event);
  const item = applyEvents(world, account, calendar.events, existing);
  const type = existing === undefined ? 'NewMeetingRequest' : isChanged ? 'FullUpdate' : 'InformationalUpdate';
  return asMeeting(arrived, 'MeetingRequest', event, item, [
    el('MeetingRequestType', type),
    el('IntendedFreeBusyStatus', intended),
    el('LegacyFreeBusyStatus', 'Tentative'),
    el('ResponseType', 'NoResponseReceived'),
    el('IsResponseRequested', true),
  ]);
}

function isMoved(existing: Item, event: CalendarEvent): boolean {
  const old = existing.content?.properties;
  return ['Start', 'End'].some((name) => old?.get(name)?.text !== event.properties.get(name)?.text);
}

function cancellation(
  account: Account,
  arrived: NewItem & { content: ItemContent },
  event: CalendarEvent,
  existing: Item | undefined,
): NewItem {
  if (existing !== undefined) {
    const content = copyContent(existing.content ?? arrived.content);
    account.mailbox.changeItem(existing, () => {
      if (event.recurrenceId === undefined) {
        existing.subject = cancelled(existing.subject);
        content.properties.set('IsCancelled', el('IsCancelled', true));
        content.properties.set('LegacyFreeBusyStatus', el('LegacyFreeBusyStatus', 'Free'));
      } else {
        content.occurrences.set(event.recurrenceId, {
          properties: new Map([
            ['IsCancelled', el('IsCancelled', true)],
            ['LegacyFreeBusyStatus', el('LegacyFreeBusyStatus', 'Free')],
          ]),
          extended: new Map(),
          subject: cancelled(existing.subject),
          body: undefined,
        });
      }
      existing.content = content;
    });
  }
  return asMeeting(arrived, 'MeetingCancellation', event, existing, [el('ResponseType', 'Unknown')]);
}

function cancelled(subject: string): string {
  return subject.startsWith('Canceled: ') ? subject : `Canceled: ${subject}`;
}

function response(
  world: World,
  account: Account,
  arrived: NewItem & { content: ItemContent },
  event: CalendarEvent,
  existing: Item | undefined,
): NewItem {
  const [word, ending] = responses[event.reply?.status ?? ''] ?? ['Unknown', 'Pos'];
  const address = event.reply?.address ?? '';
  if (existing?.content !== undefined) {
    const content = copyContent(existing.content);
    if (setResponse(content, address, word, dateText(world.now()))) {
      account.mailbox.changeItem(existing, () => {
        existing.content = content;
      });
    }
  }
  const item = asMeeting(arrived, 'MeetingResponse', event, existing, [el('ResponseType', word)]);
  return { ...item, itemClass: `IPM.Schedule.Meeting.Resp.${ending}` };
}
