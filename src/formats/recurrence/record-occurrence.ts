import type { SeriesFields } from '../../contracts/series-fields.ts';
import { addDays, wallClockAt } from '../time-zone/wall-clock.ts';
import { occurrenceOn } from './expand-series.ts';

/** Start and end of the occurrence of a date as records have them: whole days are midnight UTC of their dates. */
export function recordOccurrence(series: SeriesFields, date: string): { readonly start: Date; readonly end: Date } {
  if (!series.isAllDay) return occurrenceOn({ ...series, recurrence: series }, date);
  const midnight = (day: string): Date => new Date(`${day}T00:00:00Z`);
  return { start: midnight(date), end: midnight(addDays(date, series.durationMinutes / 1440)) };
}

/** Date of the occurrence that a record knows by its original start. */
export function occurrenceDate(series: Pick<SeriesFields, 'isAllDay' | 'zone'>, originalStart: Date): string {
  return series.isAllDay ? originalStart.toISOString().slice(0, 10) : wallClockAt(originalStart, series.zone).date;
}

/** A moment of a record in the form of exceptions: an instant, for whole days its date. */
export function exceptionMoment(series: Pick<SeriesFields, 'isAllDay'>, moment: Date): string {
  return series.isAllDay ? moment.toISOString().slice(0, 10) : moment.toISOString();
}
