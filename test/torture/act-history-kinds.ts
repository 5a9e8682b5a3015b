import type { FieldBag, FieldValue, TimeFields } from '../../src/contracts/act-fields.ts';
import type { ActFolder, ActItem, ActKind } from '../../src/contracts/act-item.ts';
import type { SeriesFields } from '../../src/contracts/series-fields.ts';
import type { ActType } from '../../src/pipelines/synchronization/act-type.ts';
import { actTypes } from '../../src/pipelines/synchronization/act-types.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import type { EntityReference } from '../../src/tables/table-definition.ts';
import { seeded } from '../support/organisation.ts';

/** Tables whose histories are played. */
export type Kind = 'contact' | 'task' | 'appointment' | 'recurringappointmentmaster';

/** One field that is edited: what number `n` makes of it on either side, and the words by which that value is known again. */
export interface EditedField {
  readonly field: string;
  columns(n: number, row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  value(n: number, item: ActItem): FieldValue;
  token(n: number): string;
  /** The word of a value that stands there; undefined for none. */
  tokenOf(value: FieldValue | undefined): string | undefined;
}

/** How one kind of record is made, named and edited on both sides. */
export interface KindOf {
  readonly type: ActType;
  readonly folder: ActFolder;
  readonly itemKind: ActKind;
  readonly nameColumn: string;
  readonly isMeeting: boolean;
  newRecord(name: string, withBen: boolean): Readonly<Record<string, unknown>>;
  newItem(name: string, withBen: boolean): FieldBag;
  readonly edits: readonly EditedField[];
}

export const user = (id: string): { readonly partyid: EntityReference } => ({ partyid: { table: 'systemuser', id } });
const ownerid = { table: 'systemuser', id: seeded.anna };
const bensAddress: FieldValue = [{ address: 'ben@ours.example', name: null }];

const textField = (field: string, column: string): EditedField => ({
  field,
  columns: (n) => ({ [column]: `v${n}` }),
  value: (n) => `v${n}`,
  token: (n) => `v${n}`,
  tokenOf: (value) => (typeof value === 'string' ? value : undefined),
});

/** Times far enough ahead that nothing is over when the history ends, another for every number. */
const startOf = (n: number): Date => new Date(Date.UTC(2026, 6, 1) + n * 1_800_000);
const endOf = (n: number): Date => new Date(startOf(n).getTime() + 1_800_000);

const time: EditedField = {
  field: 'time',
  columns: (n) => ({ scheduledstart: startOf(n), scheduledend: endOf(n) }),
  value: (n) => ({ start: startOf(n).toISOString(), end: endOf(n).toISOString(), isAllDay: false, zone: 'UTC' }),
  token: (n) => startOf(n).toISOString(),
  tokenOf: (value) => (value as TimeFields | null | undefined)?.start,
};

const minutes = (n: number): number => 30 + n;
const recurrence: EditedField = {
  field: 'recurrence',
  columns: (n, row) => ({
    endtime: new Date((row.starttime as Date).getTime() + minutes(n) * 60_000),
    duration: minutes(n),
    interval: 1 + (n % 3),
  }),
  value: (n, item) => {
    const series = item.fields.recurrence as unknown as SeriesFields;
    const pattern = { ...series.pattern, interval: 1 + (n % 3) };
    return { ...series, pattern, durationMinutes: minutes(n) } as unknown as FieldValue;
  },
  token: (n) => `minutes ${minutes(n)}`,
  tokenOf: (value) => (value == null ? undefined : `minutes ${(value as unknown as SeriesFields).durationMinutes}`),
};

const meetingTexts = [textField('body', 'description'), textField('location', 'location')];
const meetingRecord = (name: string, withBen: boolean) => ({
  subject: name,
  statecode: 3,
  statuscode: 5,
  ownerid,
  organizer: [user(seeded.anna)],
  ...(withBen ? { requiredattendees: [user(seeded.ben)] } : {}),
});
const meetingItem = (name: string, withBen: boolean): FieldBag => ({
  subject: name,
  showAs: 'busy',
  ...(withBen ? { requiredAttendees: bensAddress } : {}),
});

const typeOf = (table: Kind): ActType => {
  const type = actTypes.find((one) => one.table === table);
  if (type === undefined) throw new Error(`There is no ${table}.`);
  return type;
};

/** Every kind by its table. */
export const kinds: Readonly<Record<Kind, KindOf>> = {
  contact: {
    type: typeOf('contact'),
    folder: 'contacts',
    itemKind: 'contact',
    nameColumn: 'lastname',
    isMeeting: false,
    newRecord: (lastname) => ({ lastname, ownerid }),
    newItem: (last) => ({ fullname: { first: null, middle: null, last, title: null, suffix: null } }),
    edits: [
      textField('jobtitle', 'jobtitle'),
      textField('department', 'department'),
      textField('nickname', 'nickname'),
      textField('notes', 'description'),
    ],
  },
  task: {
    type: typeOf('task'),
    folder: 'tasks',
    itemKind: 'task',
    nameColumn: 'subject',
    isMeeting: false,
    newRecord: (subject) => ({ subject, ownerid }),
    newItem: (subject) => ({ subject, status: 'NotStarted', percentcomplete: 0 }),
    edits: [textField('notes', 'description')],
  },
  appointment: {
    type: typeOf('appointment'),
    folder: 'calendar',
    itemKind: 'appointment',
    nameColumn: 'subject',
    isMeeting: true,
    newRecord: (name, withBen) => ({
      ...meetingRecord(name, withBen),
      scheduledstart: startOf(0),
      scheduledend: endOf(0),
    }),
    newItem: (name, withBen) => ({ ...meetingItem(name, withBen), time: time.value(0, {} as ActItem) }),
    edits: [...meetingTexts, time],
  },
  recurringappointmentmaster: {
    type: typeOf('recurringappointmentmaster'),
    folder: 'calendar',
    itemKind: 'series',
    nameColumn: 'subject',
    isMeeting: true,
    newRecord: (name, withBen): RecordOf<'recurringappointmentmaster'> => ({
      ...meetingRecord(name, withBen),
      starttime: new Date('2026-07-06T08:00:00Z'),
      endtime: new Date('2026-07-06T08:30:00Z'),
      recurrencepatterntype: 0,
      interval: 1,
      patternstartdate: new Date('2026-07-06T00:00:00Z'),
      patternendtype: 2,
      occurrences: 6,
      mr_timezone: 'Europe/Berlin',
    }),
    newItem: (name, withBen) => ({
      ...meetingItem(name, withBen),
      recurrence: {
        pattern: { kind: 'daily', interval: 1 },
        startDate: '2026-07-06',
        end: { kind: 'count', count: 6 },
        zone: 'Europe/Berlin',
        startMinutes: 600,
        durationMinutes: 30,
        isAllDay: false,
      },
    }),
    edits: [...meetingTexts, recurrence],
  },
};
