import { dateText } from '../items/date-text.ts';
import { contentOf } from '../items/item-content.ts';
import { itemIdNode, occurrenceId } from '../items/item-ids.ts';
import { stored } from '../items/item-properties.ts';
import type { ItemView, PropertyReader } from '../items/item-view.ts';
import { mailboxNode } from '../mime/mail-addresses.ts';
import type { Item } from '../store/item.ts';
import { el, empty, type XmlNode } from '../xml/xml-node.ts';
import { isEndless } from './recurrence.ts';
import { occurrencesOf, timesOf, zoneOf } from './series.ts';
import { ianaZone, windowsZone } from './windows-zones.ts';
import { zoneNode } from './zone-node.ts';
import { offsetAt } from './zone-offset.ts';

/** Properties of calendar items that are not simply what a client set. */
export const calendarProperties: Readonly<Record<string, PropertyReader<XmlNode>>> = {
  CalendarItemType: (item, view) => el('CalendarItemType', calendarType(item, view)),
  IsRecurring: (item, view) => el('IsRecurring', calendarType(item, view) !== 'Single'),
  IsAllDayEvent: (item, view) => stored(item, view, 'IsAllDayEvent') ?? el('IsAllDayEvent', false),
  LegacyFreeBusyStatus: (item, view) =>
    stored(item, view, 'LegacyFreeBusyStatus') ?? el('LegacyFreeBusyStatus', 'Busy'),
  IsMeeting: (item, view) => el('IsMeeting', isMeeting(item, view)),
  IsCancelled: (item, view) => stored(item, view, 'IsCancelled') ?? el('IsCancelled', false),
  IsOnlineMeeting: (item, view) => stored(item, view, 'IsOnlineMeeting') ?? el('IsOnlineMeeting', false),
  IsResponseRequested: (item, view) => stored(item, view, 'IsResponseRequested') ?? el('IsResponseRequested', true),
  MeetingRequestWasSent: (item, view) =>
    stored(item, view, 'MeetingRequestWasSent') ?? el('MeetingRequestWasSent', false),
  MyResponseType: (item, view) =>
    stored(item, view, 'MyResponseType') ?? el('MyResponseType', isMeeting(item, view) ? 'Organizer' : 'Unknown'),
  IsOrganizer: (item, view) => el('IsOrganizer', isOrganizer(item, view)),
  Organizer: (item, view) => {
    const { displayName, address } = view.account;
    return stored(item, view, 'Organizer') ?? el('Organizer', [mailboxNode({ name: displayName, address })]);
  },
  AppointmentSequenceNumber: (item, view) =>
    stored(item, view, 'AppointmentSequenceNumber') ?? el('AppointmentSequenceNumber', 0),
  AppointmentState: (item, view) => el('AppointmentState', appointmentState(item, view)),
  AllowNewTimeProposal: (item, view) => stored(item, view, 'AllowNewTimeProposal') ?? el('AllowNewTimeProposal', true),
  ConferenceType: () => el('ConferenceType', 0),
  DateTimeStamp: (item, view) => stored(item, view, 'DateTimeStamp') ?? el('DateTimeStamp', dateText(item.modified)),
  Duration: (item, view) => {
    const { start, end } = timesOf(contentOf(item, view.account.mailbox));
    return el('Duration', durationText(end - start));
  },
  TimeZone: (item, view) => el('TimeZone', zoneName(item, view)),
  StartTimeZone: (item, view) => zone(item, view, 'StartTimeZone'),
  EndTimeZone: (item, view) => zone(item, view, 'EndTimeZone'),
  StartTimeZoneId: (item, view) => el('StartTimeZoneId', zoneName(item, view)),
  EndTimeZoneId: (item, view) => el('EndTimeZoneId', zoneName(item, view)),
  StartWallClock: (item, view) => wallClock(item, view, 'start', 'StartWallClock'),
  EndWallClock: (item, view) => wallClock(item, view, 'end', 'EndWallClock'),
  FirstOccurrence: (item, view) => {
    for (const one of occurrencesOf(contentOf(item, view.account.mailbox))) {
      if (one.change !== 'deleted') return occurrenceInfo('FirstOccurrence', item, one);
    }
    return undefined;
  },
  LastOccurrence: (item, view) => {
    const content = contentOf(item, view.account.mailbox);
    const recurrence = content.properties.get('Recurrence');
    if (recurrence === undefined || isEndless(recurrence)) return undefined;
    const last = [...occurrencesOf(content)].filter(({ change }) => change !== 'deleted').at(-1);
    return last && occurrenceInfo('LastOccurrence', item, last);
  },
  ModifiedOccurrences: (item, view) => {
    const content = contentOf(item, view.account.mailbox);
    if (content.occurrences.size === 0) return undefined;
    const changed = [...occurrencesOf(content)].filter(({ change }) => change !== undefined && change !== 'deleted');
    if (changed.length === 0) return undefined;
    return el(
      'ModifiedOccurrences',
      changed.map((one) => occurrenceInfo('Occurrence', item, one)),
    );
  },
  DeletedOccurrences: (item, view) => {
    const { occurrences } = contentOf(item, view.account.mailbox);
    const gone = [...occurrences].filter(([, change]) => change === 'deleted').sort(([a], [b]) => a - b);
    if (gone.length === 0) return undefined;
    return el(
      'DeletedOccurrences',
      gone.map(([original]) => el('DeletedOccurrence', [el('Start', dateText(original))])),
    );
  },
};

/** What `CalendarItemType` says. */
export function calendarType(item: Item, view: ItemView): string {
  const content = contentOf(item, view.account.mailbox);
  return content.occurrenceType ?? (content.properties.has('Recurrence') ? 'RecurringMaster' : 'Single');
}

function isMeeting(item: Item, view: ItemView): boolean {
  const names = ['RequiredAttendees', 'OptionalAttendees', 'Resources'];
  return names.some((name) => (stored(item, view, name)?.children.length ?? 0) > 0);
}

function isOrganizer(item: Item, view: ItemView): boolean {
  const response = stored(item, view, 'MyResponseType')?.text;
  return response === undefined || response === 'Organizer';
}

/** MS-OXOCAL 2.2.1.10: 1 a meeting, 2 received, 4 cancelled. */
function appointmentState(item: Item, view: ItemView): number {
  const cancelled = stored(item, view, 'IsCancelled')?.text === 'true';
  return (isMeeting(item, view) ? 1 : 0) | (isOrganizer(item, view) ? 0 : 2) | (cancelled ? 4 : 0);
}

function durationText(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
  const time = `${hours > 0 ? `${hours}H` : ''}${minutes % 60 > 0 ? `${minutes % 60}M` : ''}`;
  return minutes === 0 ? 'PT0S' : `P${days > 0 ? `${days}D` : ''}${time === '' ? '' : `T${time}`}`;
}

function zoneName(item: Item, view: ItemView): string {
  const { properties } = contentOf(item, view.account.mailbox);
  const node = properties.get('StartTimeZone') ?? properties.get('MeetingTimeZone');
  return node?.attributes.Id ?? node?.attributes.TimeZoneName ?? 'UTC';
}

function zone(item: Item, view: ItemView, name: string): XmlNode {
  const given = stored(item, view, name);
  const id = given?.attributes.Id ?? zoneName(item, view);
  const windows = windowsZone(ianaZone(id)) ?? id;
  return zoneNode(id === '' ? windows : id, false, 0, name);
}

function wallClock(item: Item, view: ItemView, end: 'start' | 'end', name: string): XmlNode {
  const content = contentOf(item, view.account.mailbox);
  const at = timesOf(content)[end];
  return el(name, dateText(at + offsetAt(zoneOf(content), at)).replace(/Z$/, ''));
}

function occurrenceInfo(name: string, master: Item, one: { original: number; start: number; end: number }): XmlNode {
  const { ChangeKey = '' } = itemIdNode(master).attributes;
  return el(name, [
    empty('ItemId', { Id: occurrenceId(master, one.original), ChangeKey }),
    el('Start', dateText(one.start)),
    el('End', dateText(one.end)),
    el('OriginalStart', dateText(one.original)),
  ]);
}
