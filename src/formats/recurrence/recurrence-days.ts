import type { Recurrence, RecurrencePattern } from '../../contracts/recurrence.ts';

const dayMs = 86_400_000;

/** Days of a pattern from the one a series begins on, in order; those before it in its first period are among them. */
type DaysOf<K extends RecurrencePattern['kind']> = (
  pattern: Extract<RecurrencePattern, { kind: K }>,
  first: number,
) => Generator<number>;

/** The days of a recurrence in order, as days since 1970-01-01; without end for one without an end. Throws RangeError for a start that is no date. */
export function* recurrenceDays({ pattern, startDate, end }: Recurrence): Generator<number> {
  const first = dayOf(startDate);
  const last = end.kind === 'until' ? dayOf(end.lastDate) : Number.POSITIVE_INFINITY;
  let left = end.kind === 'count' ? end.count : Number.POSITIVE_INFINITY;
  for (const day of (daysOf[pattern.kind] as DaysOf<RecurrencePattern['kind']>)(pattern, first)) {
    if (day < first) continue;
    if (left <= 0 || day > last) return;
    left -= 1;
    yield day;
  }
}

const daysOf: { readonly [K in RecurrencePattern['kind']]: DaysOf<K> } = {
  *daily({ interval }, first) {
    for (let day = first; ; day += Math.max(1, interval)) yield day;
  },
  *weekly({ interval, days, firstDay }, first) {
    const places = days.map((day) => (day - firstDay + 7) % 7).sort((one, other) => one - other);
    if (places.length === 0) return;
    const begin = first - ((weekdayOf(first) - firstDay + 7) % 7);
    for (let week = begin; ; week += 7 * Math.max(1, interval)) for (const place of places) yield week + place;
  },
  *monthly({ interval, day }, first) {
    for (const month of monthsFrom(first, interval)) yield dayInMonth(month, day);
  },
  *monthlyNth({ interval, days, nth }, first) {
    for (const month of monthsFrom(first, interval)) yield* nthInMonth(month, days, nth);
  },
  *yearly({ interval, month, day }, first) {
    for (const at of yearsFrom(first, interval, month)) yield dayInMonth(at, day);
  },
  *yearlyNth({ interval, month, days, nth }, first) {
    for (const at of yearsFrom(first, interval, month)) yield* nthInMonth(at, days, nth);
  },
};

/** A date as days since 1970-01-01. */
function dayOf(date: string): number {
  const day = Date.parse(`${date}T00:00:00Z`) / dayMs;
  if (Number.isNaN(day)) throw new RangeError(`${date} is no date.`);
  return day;
}

/** 1970-01-01 was a Thursday. */
const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;

/** Every so many months from that of a day on, as months since the year 0. */
function* monthsFrom(day: number, interval: number): Generator<number> {
  const at = new Date(day * dayMs);
  for (let month = at.getUTCFullYear() * 12 + at.getUTCMonth(); ; month += Math.max(1, interval)) yield month;
}

/** The same month (1 to 12) of every so many years. */
function* yearsFrom(day: number, interval: number, month: number): Generator<number> {
  const year = new Date(day * dayMs).getUTCFullYear();
  for (let at = year * 12 + month - 1; ; at += 12 * Math.max(1, interval)) yield at;
}

/** The first day of a month. */
function monthBegin(month: number): number {
  const at = new Date(0);
  return at.setUTCFullYear(Math.floor(month / 12), month % 12) / dayMs;
}

/** A day of a month; the last where the month is shorter. */
const dayInMonth = (month: number, day: number): number => Math.min(monthBegin(month) + day, monthBegin(month + 1)) - 1;

/** The n-th of the days of a month that are one of these days of the week, 5 the last; none where there are fewer. */
function* nthInMonth(month: number, days: readonly number[], nth: number): Generator<number> {
  const [begin, end] = [monthBegin(month), monthBegin(month + 1)];
  const step = nth === 5 ? -1 : 1;
  let left = nth === 5 ? 1 : nth;
  for (let day = nth === 5 ? end - 1 : begin; day >= begin && day < end; day += step) {
    if (!days.includes(weekdayOf(day))) continue;
    left -= 1;
    if (left > 0) continue;
    yield day;
    return;
  }
}
