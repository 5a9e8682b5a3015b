import type { Recurrence } from '../../contracts/recurrence.ts';
import { addDays, momentOf } from '../time-zone/wall-clock.ts';
import { expandRrule } from './expand-rrule.ts';
import { firstDates } from './first-dates.ts';
import { recurrenceToRrule } from './recurrence-to-rrule.ts';

/** A series: when it repeats and what the clocks of its own zone show then. */
export interface Series {
  readonly recurrence: Recurrence;
  /** IANA zone in which it was planned; times follow its clocks. */
  readonly zone: string;
  /** Start of each occurrence, minutes after midnight; 0 for whole days. */
  readonly startMinutes: number;
  /** Length of each occurrence, minutes by the clock; whole days of 1440. */
  readonly durationMinutes: number;
}

/** One occurrence as the pattern has it. */
export interface SeriesOccurrence {
  /** Date in the zone of the series, `YYYY-MM-DD`; never twice in one series. */
  readonly date: string;
  readonly start: Date;
  readonly end: Date;
}

/**
 * The occurrences of a series in order, from the first on `fromDate` (`YYYY-MM-DD` in the zone of the series) or later; without end
 * for a series without one. Deleted and changed occurrences are the caller's affair. Each occurrence starts at the same time by the
 * clock, on both sides of a change to summer time.
 */
export function* expandSeries(series: Series, fromDate?: string): Generator<SeriesOccurrence> {
  for (const date of seriesDates(series.recurrence, fromDate)) yield occurrenceOn(series, date);
}

/** The dates of a recurrence in order, from `fromDate` (`YYYY-MM-DD`) on. Throws RangeError for a start that is no date. */
export function seriesDates(recurrence: Recurrence, fromDate?: string): Generator<string> {
  if (fromDate !== undefined && fromDate > recurrence.startDate) return datesFrom(recurrence, fromDate);
  return firstDates(recurrence, (given, afterDate) =>
    datesFrom(given, afterDate === undefined ? undefined : addDays(afterDate, 1)),
  );
}

function* datesFrom(recurrence: Recurrence, fromDate: string | undefined): Generator<string> {
  const notBefore = fromDate === undefined ? undefined : new Date(`${fromDate}Z`);
  const start = { local: `${recurrence.startDate}T00:00:00`, zone: 'UTC' };
  for (const moment of expandRrule(recurrenceToRrule(recurrence), start, notBefore))
    yield moment.toISOString().slice(0, 10);
}

/** The occurrence that a series has on one of its dates. */
export function occurrenceOn(series: Series, date: string): SeriesOccurrence {
  const { zone, startMinutes, durationMinutes } = series;
  const start = momentOf({ date, minutes: startMinutes }, zone);
  const endMinutes = startMinutes + durationMinutes;
  const isWholeDays = startMinutes === 0 && durationMinutes > 0 && durationMinutes % 1440 === 0;
  const end = isWholeDays
    ? momentOf({ date: addDays(date, endMinutes / 1440), minutes: 0 }, zone)
    : new Date(start.getTime() + durationMinutes * 60_000);
  return { date, start, end };
}
