import { plainOccurrence, type SeriesException, type SeriesFields } from '../../contracts/series-fields.ts';
import { exceptionMoment, recordOccurrence } from '../../formats/recurrence/record-occurrence.ts';
import type { RecordOf } from '../../tables/catalog.ts';

type Master = RecordOf<'recurringappointmentmaster'>;
type Instance = RecordOf<'appointment'>;

/** `appointment.instancetypecode` */
export const InstanceType = { single: 0, master: 1, instance: 2, exception: 3 } as const;

const showAs = { 1: 'free', 2: 'tentative', 5: 'busy', 6: 'oof' } as const;
const states: Readonly<Record<string, readonly [statecode: number, statuscode: number]>> = {
  free: [0, 1],
  tentative: [0, 2],
  busy: [3, 5],
  oof: [3, 6],
};
const importances = ['low', 'normal', 'high'];

/** Columns that an instance takes from its series, changed for this one where the exception says so (AA-21). */
export function instanceValues(
  master: Master,
  series: SeriesFields,
  date: string,
  exception: SeriesException | undefined,
): Instance {
  const usual = recordOccurrence(series, date);
  const moment = (text: string): Date => new Date(series.isAllDay ? `${text}T00:00:00Z` : text);
  const start = exception?.start ? moment(exception.start) : usual.start;
  const end = exception?.end ? moment(exception.end) : usual.end;
  const [statecode, statuscode] = states[exception?.showAs ?? ''] ?? [master.statecode ?? 0, master.statuscode ?? 1];
  const importance = exception?.importance;
  return {
    subject: exception?.subject ?? master.subject ?? null,
    description: exception?.body ?? master.description ?? null,
    location: exception?.location ?? master.location ?? null,
    prioritycode: importance == null ? (master.prioritycode ?? 1) : importances.indexOf(importance),
    statecode,
    statuscode,
    isalldayevent: series.isAllDay,
    scheduledstart: start,
    scheduledend: end,
    scheduleddurationminutes: Math.round((end.getTime() - start.getTime()) / 60_000),
    originalstartdate: usual.start,
    instancetypecode: exception === undefined ? InstanceType.instance : InstanceType.exception,
    regardingobjectid: master.regardingobjectid ?? null,
    mr_timezone: series.zone,
  };
}

/** How an instance differs from its series; undefined when it does not. Closing one is no difference: it happens here alone. */
export function exceptionOf(
  master: Master,
  series: SeriesFields,
  date: string,
  row: Instance,
): SeriesException | undefined {
  const usual = instanceValues(master, series, date, undefined);
  const differs = (column: 'subject' | 'description' | 'location'): string | null =>
    (row[column] ?? '') === (usual[column] ?? '') ? null : (row[column] ?? '');
  const isMoved =
    row.scheduledstart?.getTime() !== usual.scheduledstart?.getTime() ||
    row.scheduledend?.getTime() !== usual.scheduledend?.getTime();
  const moment = (value: Date | null | undefined): string | null => (value ? exceptionMoment(series, value) : null);
  const shown = showAs[row.statuscode as keyof typeof showAs];
  const exception: SeriesException = {
    ...plainOccurrence(date),
    start: isMoved ? moment(row.scheduledstart) : null,
    end: isMoved ? moment(row.scheduledend) : null,
    subject: differs('subject'),
    location: differs('location'),
    body: differs('description'),
    showAs: shown === undefined || row.statuscode === usual.statuscode ? null : shown,
    importance: (row.prioritycode ?? 1) === usual.prioritycode ? null : (importances[row.prioritycode ?? 1] ?? null),
  };
  return Object.entries(exception).some(([name, value]) => name !== 'date' && value !== null && value !== false)
    ? exception
    : undefined;
}
