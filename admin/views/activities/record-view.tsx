import type { ReactNode } from 'react';
import { type ApiRow, labelOf, type SelectName } from '../../api/api-row.ts';
import { AppLink } from '../../parts/app-link.tsx';
import { FullDate } from '../../parts/when.tsx';
import { activitiesText } from '../../text/activities.ts';
import type { SyncedTable } from '../sync/synced-tables.ts';
import { DayOnly } from './day-only.tsx';

const text = activitiesText.facts;

/** A row of any of the tables that are kept in step; only its own columns are there. */
export type SyncedRow = Partial<Readonly<Record<string, string | number | boolean | null>>>;

/** How the page of a record shows it. */
export interface RecordView {
  readonly select: readonly string[];
  readonly facts: (row: SyncedRow) => readonly (readonly [string, ReactNode])[];
}

const of = <N extends SyncedTable>(
  _table: N,
  select: readonly SelectName<N>[],
  facts: (row: ApiRow<N>) => readonly (readonly [string, ReactNode])[],
): RecordView => ({ select, facts: (row) => facts(row as ApiRow<N>) });

const activity = [
  'subject',
  'description',
  'statecode',
  'statuscode',
  'prioritycode',
  '_ownerid_value',
  '_regardingobjectid_value',
  'modifiedon',
] as const;

type ActivityRow = ApiRow<'appointment'> | ApiRow<'task'> | ApiRow<'phonecall'>;

const common = (row: ActivityRow): readonly (readonly [string, ReactNode])[] => [
  [text.owner, labelOf(row, '_ownerid_value')],
  [text.regarding, labelOf(row, '_regardingobjectid_value')],
  [text.priority, labelOf(row, 'prioritycode')],
  [text.changed, <FullDate key="changed" value={row.modifiedon} />],
];

const dueActivity = [...activity, 'scheduledstart', 'scheduledend'] as const;

/** The page of the records of each table. */
export const recordViews: Readonly<Record<SyncedTable, RecordView>> = {
  appointment: of(
    'appointment',
    [...activity, 'scheduledstart', 'scheduledend', 'isalldayevent', 'location', 'seriesid'],
    (row) => [
      [text.start, <Moment key="s" row={row} value={row.scheduledstart} />],
      [text.end, <Moment key="e" row={row} value={row.scheduledend} isEnd />],
      [text.location, row.location],
      [
        text.series,
        row.seriesid && (
          <AppLink to={`/activities/recurringappointmentmaster/${row.seriesid}`}>{activitiesText.openSeries}</AppLink>
        ),
      ],
      ...common(row),
    ],
  ),
  recurringappointmentmaster: of(
    'recurringappointmentmaster',
    [...activity, 'patternstartdate', 'patternenddate', 'recurrencepatterntype', 'location'],
    (row) => [
      [activitiesText.facts.series, labelOf(row, 'recurrencepatterntype')],
      [text.pattern, <DayOnly key="p" value={row.patternstartdate} />],
      [text.until, <DayOnly key="u" value={row.patternenddate} />],
      [text.location, row.location],
      ...common(row as ApiRow<'appointment'>),
    ],
  ),
  contact: of(
    'contact',
    [
      'fullname',
      'description',
      'statecode',
      'statuscode',
      'emailaddress1',
      'telephone1',
      'mobilephone',
      'jobtitle',
      'address1_composite',
      '_parentcustomerid_value',
      '_ownerid_value',
      'modifiedon',
    ],
    (row) => [
      [text.email, row.emailaddress1],
      [text.phone, row.telephone1],
      [text.mobile, row.mobilephone],
      [text.job, row.jobtitle],
      [text.company, labelOf(row, '_parentcustomerid_value')],
      [text.address, row.address1_composite],
      [text.owner, labelOf(row, '_ownerid_value')],
      [text.changed, <FullDate key="changed" value={row.modifiedon} />],
    ],
  ),
  task: of('task', [...dueActivity, 'percentcomplete'], (row) => [
    [text.due, <FullDate key="due" value={row.scheduledend} />],
    [text.start, <FullDate key="start" value={row.scheduledstart} />],
    [text.percent, row.percentcomplete?.toString()],
    ...common(row),
  ]),
  phonecall: of('phonecall', [...dueActivity, 'phonenumber'], (row) => [
    [text.due, <FullDate key="due" value={row.scheduledend} />],
    [text.number, row.phonenumber],
    ...common(row),
  ]),
  letter: of('letter', [...dueActivity, 'address'], (row) => [
    [text.due, <FullDate key="due" value={row.scheduledend} />],
    [text.address, row.address],
    ...common(row as ApiRow<'task'>),
  ]),
  fax: of('fax', [...dueActivity, 'faxnumber'], (row) => [
    [text.due, <FullDate key="due" value={row.scheduledend} />],
    [text.number, row.faxnumber],
    ...common(row as ApiRow<'task'>),
  ]),
};

/** When an appointment begins or ends; of whole days the day, the last one for the end. */
function Moment({
  row,
  value,
  isEnd,
}: {
  readonly row: ApiRow<'appointment'>;
  readonly value: string | null | undefined;
  readonly isEnd?: boolean;
}) {
  if (!row.isalldayevent) return <FullDate value={value} />;
  return <DayOnly value={value} isEnd={isEnd === true} />;
}
