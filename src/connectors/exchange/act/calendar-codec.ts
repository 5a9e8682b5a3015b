import type { FieldBag, TimeFields } from '../../../contracts/act-fields.ts';
import type { SeriesFields } from '../../../contracts/series-fields.ts';
import { textAt, type XmlNode } from '../soap/xml-node.ts';
import { textElement } from '../soap/xml-writer.ts';
import { calendarElements, calendarPath, readPeople, readPlain, responseNames } from './calendar-properties.ts';
import { readSeries, readTime, writeSeries } from './calendar-times.ts';
import type { ItemCodec, PropertyChange, ReadItem } from './item-codec.ts';
import { readOccurrences, writeOccurrences } from './series-occurrences.ts';

/** Order in which the schema wants the elements of a new calendar item: those of every item, then its own. */
const baseOrder = ['Subject', 'Body', 'Importance'] as const;
const ownOrder = [
  ...['Start', 'End', 'IsAllDayEvent', 'LegacyFreeBusyStatus', 'Location', 'RequiredAttendees', 'OptionalAttendees'],
  ...['Recurrence', 'StartTimeZone', 'EndTimeZone'],
];

/** Properties read beside those that are written. */
const readOnly = [
  'UID',
  'CalendarItemType',
  'MyResponseType',
  'Organizer',
  'Resources',
  'IsMeeting',
  'TimeZone',
].concat(['ModifiedOccurrences', 'DeletedOccurrences']);

/** Appointments and series (FM-A1 to FM-A11, FM-R1 to FM-R10); bodies as plain text. Answers to invitations are of another class (AA-36). */
export const calendarCodec: ItemCodec = {
  element: 'CalendarItem',
  itemClass: 'IPM.Appointment',
  paths: [...baseOrder, ...ownOrder, ...readOnly].map(calendarPath),
  read: readCalendarItem,
  writeNew: (_kind, fields, remindOn, categories) => {
    const elements = calendarElements(fields);
    const all = (names: readonly string[]): string => names.map((name) => elements.get(name) ?? '').join('');
    const before = `${all(['Subject', 'Body'])}${categories}${all(['Importance'])}${reminder(fields, remindOn)}`;
    return { before, after: all(ownOrder) };
  },
  writeChanges: (_kind, fields, remindOn) => {
    const changes: PropertyChange[] = [...calendarElements(fields)].map(([name, value]) => ({
      path: calendarPath(name),
      value,
    }));
    if (fields.requiredAttendees !== undefined) changes.push({ path: calendarPath('Resources'), value: undefined });
    return [...changes, ...reminderChanges(fields, remindOn)];
  },
  expand: async (client, item, node, signal) =>
    item.kind === 'series'
      ? { ...item, fields: { ...item.fields, ...(await readOccurrences(client, node, signal)) } }
      : item,
  finish: (client, item, fields, notify, signal) => writeOccurrences(client, item, fields, notify, signal),
};

function readCalendarItem(node: XmlNode): ReadItem {
  const isSeries = textAt(node, 'CalendarItemType') === 'RecurringMaster';
  const response = textAt(node, 'MyResponseType') ?? 'Unknown';
  const plain = {
    title: textAt(node, 'Subject') ?? '',
    meetingId: textAt(node, 'UID') || undefined,
    isOrganizer: response === 'Organizer' || response === 'Unknown',
    myResponse: responseNames[response],
  };
  const shared = { ...readPlain(node), ...readPeople(node), meetingId: plain.meetingId ?? null };
  if (!isSeries) return { ...plain, kind: 'appointment', fields: { ...shared, time: readTime(node) } };
  const found = readSeries(node);
  if ('problem' in found) return { ...plain, kind: 'series', fields: shared, refusal: found.problem };
  const fields: FieldBag = { ...shared, recurrence: found.series, exceptions: [] };
  return { ...plain, kind: 'series', fields };
}

/** AA-05: null says that there is none, since servers set one by themselves. */
function reminder(fields: FieldBag, remindOn: Date | null): string {
  const minutes = remindOn === null ? undefined : minutesBefore(fields, remindOn);
  if (minutes === undefined) return textElement('t:ReminderIsSet', false);
  return `${textElement('t:ReminderIsSet', true)}${textElement('t:ReminderMinutesBeforeStart', minutes)}`;
}

function reminderChanges(fields: FieldBag, remindOn: Date | null | undefined): readonly PropertyChange[] {
  if (remindOn === undefined) return [];
  const minutes = remindOn === null ? undefined : minutesBefore(fields, remindOn);
  const change = (name: string, value: number | boolean): PropertyChange => ({
    path: calendarPath(name),
    value: textElement(`t:${name}`, value),
  });
  if (remindOn === null) return [change('ReminderIsSet', false)];
  if (minutes === undefined) return [];
  return [change('ReminderIsSet', true), change('ReminderMinutesBeforeStart', minutes)];
}

/** Minutes from the reminder to the start; undefined when the fields do not hold the start. */
function minutesBefore(fields: FieldBag, remindOn: Date): number | undefined {
  const start = startOf(fields);
  return start === undefined ? undefined : Math.max(0, Math.round((start - remindOn.getTime()) / 60_000));
}

function startOf(fields: FieldBag): number | undefined {
  const time = fields.time as unknown as TimeFields | null | undefined;
  if (time) return Date.parse(time.isAllDay ? `${time.start}T00:00:00Z` : time.start);
  const series = fields.recurrence as unknown as SeriesFields | null | undefined;
  if (!series) return undefined;
  return Date.parse(/<t:Start>(.*?)</.exec(writeSeries(series).get('Start') ?? '')?.[1] ?? '');
}
