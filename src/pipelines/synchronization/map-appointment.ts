import type { FieldBag, FieldValue, TimeFields } from '../../contracts/act-fields.ts';
import type { ActItem } from '../../contracts/act-item.ts';
import { addDays, wallClockAt } from '../../formats/time-zone/wall-clock.ts';
import { ianaZone, windowsZone } from '../../formats/time-zone/zone-names.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import type { AddressBook } from '../parties.ts';
import { type ActReads, type ActType, type ActUser, Direction, type NearRecord, type RecordFacts } from './act-type.ts';
import { type AppointmentFiles, joinFiles, readAppointmentFiles, writeAppointmentFiles } from './appointment-files.ts';
import {
  type AddressesOf,
  addressesOfParties,
  isOrganizer,
  normalAttendees,
  ownerOf,
  partiesByAddress,
  partiesWithout,
  partyColumns,
  peopleFields,
  prepareMeeting,
} from './meeting-people.ts';
import { meetingFields, meetingRules, showAsOfStatus, statusOfShowAs } from './meeting-rules.ts';
import { columnText } from './text-lengths.ts';

type Appointment = RecordOf<'appointment'>;
/** Columns that appointments and series share, and what is read of both. */
export type MeetingColumns = Appointment & Pick<RecordOf<'recurringappointmentmaster'>, 'mr_timezone'>;

const importances = ['low', 'normal', 'high'];

/** What is read of an appointment, and of a series as well. */
export const meetingColumns = [
  ...(['activityid', 'versionnumber', 'modifiedon', 'ownerid', 'statecode', 'statuscode', 'subject'] as const),
  ...(['description', 'location', 'prioritycode', 'isalldayevent', 'globalobjectid', 'mr_timezone'] as const),
  ...(['mr_attendeeresponses', 'requiredattendees', 'optionalattendees', 'organizer'] as const),
];

const appointmentColumns = Object.freeze([
  ...meetingColumns,
  ...(['scheduledstart', 'scheduledend', 'isdraft', 'instancetypecode', 'attachmenterrors'] as const),
]);

/** Single appointments (ch. 23); instances of series go with their series. */
export const appointmentType: ActType = {
  ...meetingRules,
  table: 'appointment',
  kind: 'appointment',
  endColumn: 'scheduledend',
  // AA-21: instances and exceptions are part of their series.
  // AA-03: a draft is not sent until it is saved.
  condition: {
    and: [
      {
        or: [
          { column: 'instancetypecode', operator: 'null' },
          { column: 'instancetypecode', operator: 'eq', value: 0 },
        ],
      },
      {
        or: [
          { column: 'isdraft', operator: 'null' },
          { column: 'isdraft', operator: 'eq', value: false },
        ],
      },
    ],
  },
  fields: [
    {
      name: 'time',
      rule: 'FM-A1',
      columns: ['scheduledstart', 'scheduledend', 'scheduleddurationminutes', 'isalldayevent'],
      exchangeName: 'Appointment time',
      direction: Direction.both,
      isSettable: false,
    },
    {
      name: 'attachments',
      rule: 'FM-A2',
      columns: ['activitymimeattachment'],
      exchangeName: 'Attachments',
      direction: Direction.both,
      isSettable: false,
      join: (base, record, item) => ({ value: joinFiles(base, record, item), isContested: false }),
    },
    ...meetingFields('A'),
  ],
  isActive: (field, user) => field.name !== 'attachments' || user.settings.synchronization.appointmentAttachments,
  writeParts: (records, id, fields, agreed, item, user) =>
    writeAppointmentFiles(records, id, { fields, agreed, contents: item?.contents }, user.settings),
  notedColumns: notedFiles,
  read: readAppointments,
  prepare: (records, bags) => prepareMeeting(records, bags),
  toRecord: (fields, before, user, prepared) => {
    const values = meetingValues(fields, before, user, prepared as AddressBook);
    return fields.time == null ? values : { ...values, ...timeColumns(fields.time as unknown as TimeFields) };
  },
  normalize: (bag) => ({
    ...normalMeeting('appointment', bag),
    time: normalTime(bag.time),
    attachments: bag.attachments ?? null,
  }),
  findRecord: async (records, item, user) => (await findMeeting(records, item, user))[0],
  knownMeetings: (records, meetingIds) => knownMeetings(records, 'appointment', meetingIds),
};

/** `appointment.attachmenterrors` */
const AttachmentErrors = { none: 0, leftOut: 1 } as const;

/** FM-A2: whether a file of either side is too large or of a blocked kind, and so is left out. */
function notedFiles(near: NearRecord, item: ActItem | undefined, user: ActUser) {
  if (!user.settings.synchronization.appointmentAttachments) return undefined;
  const { leavesFilesOut, hasFileErrors } = near.facts;
  // Without its item only what the record leaves out is known.
  if (item === undefined && leavesFilesOut !== true) return undefined;
  const isLeftOut = leavesFilesOut === true || item?.leavesFilesOut === true;
  if (isLeftOut === hasFileErrors) return undefined;
  return { attachmenterrors: isLeftOut ? AttachmentErrors.leftOut : AttachmentErrors.none };
}

async function readAppointments(
  records: ActReads,
  ids: readonly string[],
  user: ActUser,
): Promise<readonly NearRecord[]> {
  if (ids.length === 0) return [];
  const page = await records.retrieveMultiple({
    table: 'appointment',
    columns: appointmentColumns,
    filter: { column: 'activityid', operator: 'in', value: [...ids] },
  });
  const single = page.rows.filter((row) => (row.instancetypecode ?? 0) === 0 && row.isdraft !== true);
  const addresses = await addressesOfParties(records, single);
  const files = await readAppointmentFiles(
    records,
    single.flatMap((row) => row.activityid ?? []),
    user.settings,
  );
  return single.map((row) => nearAppointment(row, user, addresses, files.get(row.activityid ?? '')));
}

/** Those of these meetings that a record of the table is about. */
export async function knownMeetings(
  records: ActReads,
  table: 'appointment' | 'recurringappointmentmaster',
  meetingIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (meetingIds.length === 0) return new Set();
  const page = await records.retrieveMultiple({
    table: table as 'appointment',
    columns: ['activityid', 'globalobjectid'],
    filter: { column: 'globalobjectid', operator: 'in', value: [...meetingIds] },
  });
  // Conditions on texts ignore case, and so must this.
  return new Set(page.rows.map(({ globalobjectid }) => (globalobjectid ?? '').toLowerCase()));
}

async function findMeeting(records: ActReads, item: ActItem, user: ActUser): Promise<readonly NearRecord[]> {
  if (item.meetingId === undefined) return [];
  const page = await records.retrieveMultiple({
    table: 'appointment',
    columns: ['activityid'],
    filter: { column: 'globalobjectid', operator: 'eq', value: item.meetingId },
    limit: 2,
  });
  return readAppointments(
    records,
    page.rows.flatMap((row) => row.activityid ?? []),
    user,
  );
}

function nearAppointment(
  row: Appointment,
  user: ActUser,
  addresses: AddressesOf,
  files: AppointmentFiles | undefined,
): NearRecord {
  const time = timeOf(row, user);
  const fields = { ...meetingBag(row, addresses), time, attachments: files?.carried ?? null };
  const facts = meetingFacts(row, user, addresses);
  return {
    id: row.activityid ?? '',
    versionnumber: row.versionnumber ?? 0n,
    modifiedOn: row.modifiedon ?? new Date(0),
    title: row.subject ?? '',
    fields: appointmentType.normalize(fields),
    facts: {
      ...facts,
      leavesFilesOut: files?.leavesOut ?? false,
      hasFileErrors: row.attachmenterrors === AttachmentErrors.leftOut,
      startsOn: row.scheduledstart?.toISOString() ?? null,
      endsOn: row.scheduledend?.toISOString() ?? null,
    },
    ...(time === null ? { refusal: 'The appointment has no start or no end. Set both.' } : {}),
  };
}

/** The fields that appointments and series share, as the row has them. */
export function meetingBag(row: MeetingColumns, addresses: AddressesOf): FieldBag {
  return {
    subject: row.subject ?? null,
    body: row.description ?? null,
    location: row.location ?? null,
    importance: importances[row.prioritycode ?? 1] ?? 'normal',
    showAs: showAsOfStatus[row.statuscode ?? 1] ?? 'free',
    meetingId: row.globalobjectid ?? null,
    responses: row.mr_attendeeresponses ? (JSON.parse(row.mr_attendeeresponses) as FieldValue) : null,
    ...peopleFields(row, addresses),
  };
}

/** What deciding about an appointment or a series needs; times are added by each. */
export function meetingFacts(row: MeetingColumns, user: ActUser, addresses: AddressesOf): RecordFacts {
  return {
    isOwner: row.ownerid?.id === user.systemuserid,
    isClosed: row.statecode === 1 || row.statecode === 2,
    isOrganizer: isOrganizer(row, user, addresses),
    endsOn: null,
    isCanceled: row.statecode === 2,
    // Somebody of ours is the organizer, whose calendar the record follows.
    hasOwnOrganizer: row.organizer?.[0] === undefined || row.organizer[0].partyid?.table === 'systemuser',
    meetingId: row.globalobjectid ?? null,
    parties: partiesByAddress(row, addresses),
    partiesWithout: partiesWithout(row, addresses),
  };
}

/** When it is: days for whole days, by midnight UTC or by the clocks of the zone it was planned in (AA-12). */
function timeOf(row: Appointment, user: ActUser): FieldValue {
  if (!row.scheduledstart || !row.scheduledend) return null;
  const zone = ianaZone(row.mr_timezone ?? '') ?? user.timeZone;
  const [start, end] = [row.scheduledstart, row.scheduledend];
  if (row.isalldayevent !== true) return { start: start.toISOString(), end: end.toISOString(), isAllDay: false, zone };
  const day = (moment: Date): string =>
    moment.getTime() % 86_400_000 === 0 ? moment.toISOString().slice(0, 10) : wallClockAt(moment, zone).date;
  const [first, last] = [day(start), day(end)];
  return { start: first, end: last > first ? last : addDays(first, 1), isAllDay: true, zone };
}

/** Whole seconds, and the zone that Windows has for it. */
function normalTime(value: FieldValue | undefined): FieldValue {
  if (value == null) return null;
  const time = value as unknown as TimeFields;
  const second = (text: string): string => (time.isAllDay ? text : `${new Date(text).toISOString().slice(0, 19)}.000Z`);
  return { start: second(time.start), end: second(time.end), isAllDay: time.isAllDay, zone: sharedZone(time.zone) };
}

/** The zone that comes back when this one is written. */
export function sharedZone(zone: string | null): string | null {
  const windows = zone === null ? undefined : windowsZone(zone);
  return windows === undefined ? 'UTC' : (ianaZone(windows) ?? 'UTC');
}

/** Fields that appointments and series share, as Exchange gives them back. */
export function normalMeeting(table: 'appointment' | 'recurringappointmentmaster', bag: FieldBag): FieldBag {
  return {
    ...normalAttendees(bag),
    subject: columnText(table, 'subject', bag.subject),
    body: columnText(table, 'description', typeof bag.body === 'string' ? bag.body.trimEnd() : null),
    location: columnText(table, 'location', bag.location),
    importance: bag.importance ?? 'normal',
    showAs: bag.showAs ?? 'free',
    meetingId: bag.meetingId ?? null,
    responses: bag.responses ?? null,
  };
}

/** Columns of appointments and series for the fields that both have. */
export function meetingValues(
  fields: FieldBag,
  before: NearRecord | undefined,
  user: ActUser,
  book: AddressBook,
): Record<string, unknown> {
  const known = {
    byAddress: String(before?.facts.parties ?? '{}'),
    without: String(before?.facts.partiesWithout ?? '{}'),
  };
  const values = { ...partyColumns(fields, known, user, book), ...plainColumns(fields) };
  return before === undefined ? { ...values, ownerid: ownerOf(fields, user, book) } : values;
}

/** Columns of appointments and series for the fields that both have, people and time left out. */
export function plainColumns(fields: FieldBag): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'subject') values.subject = value ?? '(no subject)';
    else if (name === 'body') values.description = value;
    else if (name === 'location') values.location = value;
    else if (name === 'importance') values.prioritycode = importances.indexOf(String(value));
    else if (name === 'meetingId') values.globalobjectid = value;
    else if (name === 'responses') values.mr_attendeeresponses = value === null ? null : JSON.stringify(value);
    else if (name === 'showAs') {
      const [statecode, statuscode] = statusOfShowAs[String(value)] ?? [0, 1];
      Object.assign(values, { statecode, statuscode });
    }
  }
  return values;
}

/** Columns that tell when an appointment is. */
export function timeColumns(time: TimeFields): Record<string, unknown> {
  const moment = (text: string): Date => new Date(time.isAllDay ? `${text}T00:00:00Z` : text);
  const [start, end] = [moment(time.start), moment(time.end)];
  return {
    scheduledstart: start,
    scheduledend: end,
    scheduleddurationminutes: Math.round((end.getTime() - start.getTime()) / 60_000),
    isalldayevent: time.isAllDay,
    ...(time.zone === null ? {} : { mr_timezone: time.zone }),
  };
}
