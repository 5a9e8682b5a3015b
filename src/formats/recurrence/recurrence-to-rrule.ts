import type { Recurrence, RecurrencePattern, Weekday } from '../../contracts/recurrence.ts';
import { rruleWeekdays } from './rrule-weekdays.ts';

/**
 * The rule of a recurrence as RFC 5545 3.3.10 writes it, without `RRULE:`. A day that short months lack is written as the last of
 * the days up to it (MS-OXCICAL 2.1.3.2.2), since iCalendar alone would leave those months out. UNTIL is the whole last date.
 */
export function recurrenceToRrule({ pattern, end }: Recurrence): string {
  const parts = partsOf(pattern);
  if (end.kind === 'count') parts.push(`COUNT=${end.count}`);
  if (end.kind === 'until') parts.push(`UNTIL=${end.lastDate.replaceAll('-', '')}T235959Z`);
  return parts.join(';');
}

function partsOf(pattern: RecurrencePattern): string[] {
  const interval = pattern.interval > 1 ? [`INTERVAL=${pattern.interval}`] : [];
  switch (pattern.kind) {
    case 'daily':
      return ['FREQ=DAILY', ...interval];
    case 'weekly':
      return ['FREQ=WEEKLY', ...interval, byDay(pattern.days), `WKST=${rruleWeekdays[pattern.firstDay]}`];
    case 'monthly':
      return ['FREQ=MONTHLY', ...interval, ...byMonthDay(pattern.day, 31)];
    case 'monthlyNth':
      return ['FREQ=MONTHLY', ...interval, ...byNth(pattern.days, pattern.nth)];
    case 'yearly':
      return [
        'FREQ=YEARLY',
        ...interval,
        `BYMONTH=${pattern.month}`,
        ...byMonthDay(pattern.day, longestMonth(pattern.month)),
      ];
    case 'yearlyNth':
      return ['FREQ=YEARLY', ...interval, `BYMONTH=${pattern.month}`, ...byNth(pattern.days, pattern.nth)];
  }
}

function byDay(days: readonly Weekday[]): string {
  return `BYDAY=${days.map((day) => rruleWeekdays[day]).join(',')}`;
}

/** One day is written with its number (`2TU`), several with BYSETPOS. */
function byNth(days: readonly Weekday[], nth: number): string[] {
  const position = nth === 5 ? -1 : nth;
  const [only] = days;
  if (days.length === 1 && only !== undefined) return [`BYDAY=${position}${rruleWeekdays[only]}`];
  return [byDay(days), `BYSETPOS=${position}`];
}

function byMonthDay(day: number, longest: number): string[] {
  const last = Math.min(day, longest);
  if (last <= 28 || (longest < 31 && longest > 29 && last <= 30)) return [`BYMONTHDAY=${last}`];
  if (longest === 31 && last === 31 && day === 31) return ['BYMONTHDAY=-1'];
  const days = Array.from({ length: last - 27 }, (_, index) => 28 + index);
  return [`BYMONTHDAY=${days.join(',')}`, 'BYSETPOS=-1'];
}

/** Days the month can have at most. */
function longestMonth(month: number): number {
  return new Date(Date.UTC(2024, month, 0)).getUTCDate();
}
