import type { FieldBag, FieldValue } from '../../contracts/act-fields.ts';
import type { ActItem } from '../../contracts/act-item.ts';
import type { SeriesException, SeriesFields } from '../../contracts/series-fields.ts';
import { occurrenceOn, seriesDates } from '../../formats/recurrence/expand-series.ts';
import { columnsFromRecurrence } from '../../formats/recurrence/recurrence-columns.ts';
import { seriesFromColumns } from '../../formats/recurrence/series-from-columns.ts';
import { sharedPatternProblem } from '../../formats/recurrence/shared-pattern-problem.ts';
import type { RecordOf } from '../../tables/catalog.ts';
import type { AddressBook } from '../parties.ts';
import { type ActField, type ActReads, type ActType, type ActUser, Direction, type NearRecord } from './act-type.ts';
import { joinExceptions } from './join-exceptions.ts';
import {
  knownMeetings,
  meetingBag,
  meetingColumns,
  meetingFacts,
  meetingValues,
  normalMeeting,
  sharedZone,
} from './map-appointment.ts';
import { type AddressesOf, addressesOfParties, prepareMeeting } from './meeting-people.ts';
import { meetingFields, meetingRules } from './meeting-rules.ts';
import { columnText } from './text-lengths.ts';

type Master = RecordOf<'recurringappointmentmaster'>;

const patternColumns = [
  ...(['recurrencepatterntype', 'interval', 'daysofweekmask', 'dayofmonth', 'monthofyear', 'instance'] as const),
  ...(['isnthmonthly', 'isnthyearly', 'isweekdaypattern', 'isregenerate', 'firstdayofweek'] as const),
  ...(['patternstartdate', 'patternenddate', 'patternendtype', 'occurrences'] as const),
];

const seriesColumnNames = Object.freeze([
  ...meetingColumns,
  ...patternColumns,
  ...(['starttime', 'endtime', 'duration', 'mr_exceptions'] as const),
]);

const computed = (name: string, columns: readonly string[]): ActField => ({
  name,
  rule: 'FM-R6',
  columns,
  exchangeName: name === 'recurrence' ? 'Recurrence pattern' : 'Changed and deleted occurrences',
  direction: Direction.both,
  isSettable: false,
});

/** Series (AA-21): a recurring appointment with its changed and deleted instances as one. */
export const seriesType: ActType = {
  ...meetingRules,
  table: 'recurringappointmentmaster',
  kind: 'series',
  endColumn: 'effectiveenddate',
  fields: [
    computed('recurrence', [...patternColumns, 'starttime', 'endtime']),
    { ...computed('exceptions', ['mr_exceptions']), join: joinExceptions },
    ...meetingFields('R'),
  ],
  // AA-39: of a series the past does not matter.
  mayDeleteRecord: ({ facts }) => facts.isOrganizer && !facts.isClosed,
  read: readMasters,
  prepare: (records, bags) => prepareMeeting(records, bags),
  toRecord: (fields, before, user, prepared) => ({
    ...meetingValues(fields, before, user, prepared as AddressBook),
    ...(fields.recurrence == null ? {} : seriesColumns(fields.recurrence as unknown as SeriesFields)),
    ...(fields.exceptions === undefined ? {} : { mr_exceptions: JSON.stringify(fields.exceptions ?? []) }),
  }),
  normalize: (bag) => ({ ...normalMeeting('recurringappointmentmaster', bag), ...normalSeries(bag) }),
  findRecord: async (records, item, user) => (await findSeries(records, item, user))[0],
  knownMeetings: (records, meetingIds) => knownMeetings(records, 'recurringappointmentmaster', meetingIds),
};

async function readMasters(records: ActReads, ids: readonly string[], user: ActUser): Promise<readonly NearRecord[]> {
  if (ids.length === 0) return [];
  const page = await records.retrieveMultiple({
    table: 'recurringappointmentmaster',
    columns: seriesColumnNames,
    filter: { column: 'activityid', operator: 'in', value: [...ids] },
  });
  const addresses = await addressesOfParties(records, page.rows);
  return page.rows.map((row) => nearSeries(row, user, addresses));
}

async function findSeries(records: ActReads, item: ActItem, user: ActUser): Promise<readonly NearRecord[]> {
  if (item.meetingId === undefined) return [];
  const page = await records.retrieveMultiple({
    table: 'recurringappointmentmaster',
    columns: ['activityid'],
    filter: { column: 'globalobjectid', operator: 'eq', value: item.meetingId },
    limit: 2,
  });
  return readMasters(
    records,
    page.rows.flatMap((row) => row.activityid ?? []),
    user,
  );
}

function nearSeries(row: Master, user: ActUser, addresses: AddressesOf): NearRecord {
  const found = seriesFromColumns(row, user.timeZone);
  const series = 'series' in found ? found.series : undefined;
  const exceptions = (row.mr_exceptions ? JSON.parse(row.mr_exceptions) : []) as FieldValue;
  const bag: FieldBag = { ...meetingBag(row, addresses), recurrence: (series ?? null) as FieldValue, exceptions };
  const problem = 'problem' in found ? found.problem : sharedPatternProblem(found.series);
  const [startsOn, endsOn] = series === undefined ? [null, null] : spanOf(series);
  return {
    id: row.activityid ?? '',
    versionnumber: row.versionnumber ?? 0n,
    modifiedOn: row.modifiedon ?? new Date(0),
    title: row.subject ?? '',
    fields: seriesType.normalize(bag),
    facts: { ...meetingFacts(row, user, addresses), startsOn, endsOn },
    ...(problem === undefined ? {} : { refusal: problem }),
  };
}

/** Start of the first and end of the last occurrence; the latter null for a series without end. */
function spanOf(series: SeriesFields): readonly [string | null, string | null] {
  const dates = series.end.kind === 'never' ? seriesDates(series) : [...seriesDates(series)];
  const all = Array.isArray(dates) ? dates : [];
  const [first] = dates;
  const at = (date: string) => occurrenceOn({ ...series, recurrence: series }, date);
  const last = all.at(-1);
  return [
    first === undefined ? null : at(first).start.toISOString(),
    last === undefined ? null : at(last).end.toISOString(),
  ];
}

/** As Exchange gives it back: begun on its first date, exceptions only of dates that it has, texts cut. */
function normalSeries(bag: FieldBag): FieldBag {
  if (bag.recurrence == null) return { recurrence: null, exceptions: [] };
  const given = bag.recurrence as unknown as SeriesFields;
  const [startDate = given.startDate] = seriesDates(given);
  const series: SeriesFields = { ...given, startDate, zone: sharedZone(given.zone) ?? 'UTC' };
  const exceptions = (bag.exceptions ?? []) as unknown as readonly SeriesException[];
  const dates = new Set<string>();
  const last = exceptions.at(-1)?.date ?? '';
  for (const date of seriesDates(series)) {
    if (date > last) break;
    dates.add(date);
  }
  return {
    recurrence: series as FieldValue,
    exceptions: exceptions.filter(({ date }) => dates.has(date)).map(normalException) as FieldValue,
  };
}

function normalException(one: SeriesException): SeriesException {
  // An empty text is an occurrence's own: it has none where its series has one.
  const cut = (column: string, text: string | null): string | null =>
    text === null ? null : (columnText('appointment', column, text) ?? '');
  return {
    ...one,
    subject: cut('subject', one.subject),
    location: cut('location', one.location),
    body: cut('description', one.body),
  };
}

/** Columns of a recurring appointment for when it is. */
function seriesColumns(series: SeriesFields): Record<string, unknown> {
  const { pattern, startDate, end, isAllDay, zone, durationMinutes } = series;
  const [first = startDate] = seriesDates(series);
  const at = occurrenceOn({ ...series, recurrence: series }, first);
  const day = new Date(`${first}T00:00:00Z`);
  return {
    ...columnsFromRecurrence({ pattern, startDate, end }),
    starttime: isAllDay ? day : at.start,
    endtime: isAllDay ? new Date(day.getTime() + durationMinutes * 60_000) : at.end,
    duration: durationMinutes,
    isalldayevent: isAllDay,
    mr_timezone: zone,
  };
}
