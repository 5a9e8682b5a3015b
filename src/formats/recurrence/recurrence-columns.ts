import type {
  NthDay,
  Recurrence,
  RecurrenceEnd,
  RecurrenceFound,
  RecurrencePattern,
  Weekday,
} from '../../contracts/recurrence.ts';
import { wallClockAt } from '../time-zone/wall-clock.ts';

/** The columns of a recurrence rule or a recurring appointment that say how it repeats, by Dataverse's names and numbers. */
export interface RecurrenceColumns {
  /** 0 daily, 1 weekly, 2 monthly, 3 yearly. */
  readonly recurrencepatterntype?: number | null;
  readonly interval?: number | null;
  /** Sum of 1 Sunday, 2 Monday, 4, 8, 16, 32, 64 Saturday. */
  readonly daysofweekmask?: number | null;
  readonly dayofmonth?: number | null;
  readonly monthofyear?: number | null;
  /** 1 to 4, 5 the last. */
  readonly instance?: number | null;
  readonly isnthmonthly?: boolean | null;
  readonly isnthyearly?: boolean | null;
  /** Every day from Monday to Friday. */
  readonly isweekdaypattern?: boolean | null;
  readonly isregenerate?: boolean | null;
  readonly firstdayofweek?: number | null;
  /** Midnight UTC means that date; any other moment the date in the zone of the series. */
  readonly patternstartdate?: Date | null;
  readonly patternenddate?: Date | null;
  /** 1 no end, 2 occurrences, 3 end date. */
  readonly patternendtype?: number | null;
  readonly occurrences?: number | null;
}

const weekdaysMask = 62;

/** What the columns say, in the IANA zone of the series; the reason in one sentence when they contradict each other or repeat what cannot repeat (FM-S6). */
export function recurrenceFromColumns(columns: RecurrenceColumns, zone: string): RecurrenceFound {
  if (columns.isregenerate === true)
    return wrong('isregenerate', 'a pattern that starts anew when one is done is for tasks only', 'Set it to false');
  if (!columns.patternstartdate) return wrong('patternstartdate', 'it is missing', 'Give the first date');
  const pattern = patternOf(columns);
  if ('problem' in pattern) return pattern;
  const end = endOf(columns, zone);
  if ('problem' in end) return end;
  const startDate = dateOf(columns.patternstartdate, zone);
  if (end.kind === 'until' && end.lastDate < startDate)
    return wrong('patternenddate', 'it lies before patternstartdate', 'Choose a later one');
  return { recurrence: { pattern, startDate, end } };
}

/** The columns of a recurrence; every column of the pattern is set, so that nothing of a former pattern stays. */
export function columnsFromRecurrence({ pattern, startDate, end }: Recurrence): Required<RecurrenceColumns> {
  const nth = pattern.kind === 'monthlyNth' || pattern.kind === 'yearlyNth' ? pattern.nth : null;
  const days = 'days' in pattern ? maskOf(pattern.days) : null;
  const types = { daily: 0, weekly: 1, monthly: 2, monthlyNth: 2, yearly: 3, yearlyNth: 3 } as const;
  return {
    recurrencepatterntype: types[pattern.kind],
    interval: pattern.interval,
    daysofweekmask: days,
    dayofmonth: 'day' in pattern ? pattern.day : null,
    monthofyear: 'month' in pattern ? pattern.month : 0,
    instance: nth,
    isnthmonthly: pattern.kind === 'monthlyNth',
    isnthyearly: pattern.kind === 'yearlyNth',
    isweekdaypattern: pattern.kind === 'weekly' && pattern.interval === 1 && days === weekdaysMask,
    isregenerate: false,
    firstdayofweek: pattern.kind === 'weekly' ? pattern.firstDay : 0,
    patternstartdate: new Date(`${startDate}T00:00:00Z`),
    patternenddate: end.kind === 'until' ? new Date(`${end.lastDate}T00:00:00Z`) : null,
    patternendtype: end.kind === 'never' ? 1 : end.kind === 'count' ? 2 : 3,
    occurrences: end.kind === 'count' ? end.count : null,
  };
}

function patternOf(columns: RecurrenceColumns): RecurrencePattern | { readonly problem: string } {
  const interval = columns.interval ?? 1;
  if (!Number.isInteger(interval) || interval < 1)
    return wrong('interval', 'it is not a whole number above 0', 'Give 1 or more');
  switch (columns.recurrencepatterntype ?? 0) {
    case 0:
      return columns.isweekdaypattern === true
        ? { kind: 'weekly', interval: 1, days: [1, 2, 3, 4, 5], firstDay: 0 }
        : { kind: 'daily', interval };
    case 1:
      return weekly(columns, interval);
    case 2:
      return columns.isnthmonthly === true ? nthOfMonth(columns, interval) : dayOfMonth(columns, interval);
    case 3:
      return yearly(columns, interval);
    default:
      return wrong('recurrencepatterntype', `${columns.recurrencepatterntype} is no type of pattern`, 'Give 0 to 3');
  }
}

function weekly(columns: RecurrenceColumns, interval: number): RecurrencePattern | { readonly problem: string } {
  const days = daysOf(columns.isweekdaypattern === true ? weekdaysMask : columns.daysofweekmask);
  if (days.length === 0) return wrong('daysofweekmask', 'a weekly pattern has no day', 'Give the days of the week');
  const firstDay = columns.firstdayofweek ?? 0;
  return { kind: 'weekly', interval, days, firstDay: (firstDay >= 0 && firstDay <= 6 ? firstDay : 0) as Weekday };
}

function nthOfMonth(
  columns: RecurrenceColumns,
  interval: number,
): (RecurrencePattern & { kind: 'monthlyNth' }) | { readonly problem: string } {
  const days = daysOf(columns.daysofweekmask);
  if (days.length === 0) return wrong('daysofweekmask', 'the pattern names no day', 'Give the day of the week');
  const { instance } = columns;
  if (instance == null || instance < 1 || instance > 5)
    return wrong('instance', 'it is not 1 to 5', 'Say which such day of the month');
  return { kind: 'monthlyNth', interval, days, nth: instance as NthDay };
}

function dayOfMonth(
  { dayofmonth }: RecurrenceColumns,
  interval: number,
): (RecurrencePattern & { kind: 'monthly' }) | { readonly problem: string } {
  if (dayofmonth == null || dayofmonth < 1 || dayofmonth > 31)
    return wrong('dayofmonth', 'it is not 1 to 31', 'Give the day of the month');
  return { kind: 'monthly', interval, day: dayofmonth };
}

function yearly(columns: RecurrenceColumns, interval: number): RecurrencePattern | { readonly problem: string } {
  const month = columns.monthofyear ?? 0;
  if (month < 1 || month > 12) return wrong('monthofyear', 'it is not 1 to 12', 'Give the month');
  if (columns.isnthyearly === true) {
    const found = nthOfMonth(columns, interval);
    return 'problem' in found ? found : { ...found, kind: 'yearlyNth', month };
  }
  const found = dayOfMonth(columns, interval);
  if ('problem' in found) return found;
  const longest = new Date(Date.UTC(2024, month, 0)).getUTCDate();
  if (found.day > longest)
    return wrong('dayofmonth', `month ${month} never has a day ${found.day}`, 'Give a day that it has');
  return { kind: 'yearly', interval, month, day: found.day };
}

function endOf(columns: RecurrenceColumns, zone: string): RecurrenceEnd | { readonly problem: string } {
  switch (columns.patternendtype ?? 1) {
    case 1:
      return { kind: 'never' };
    case 2:
      return columns.occurrences == null || columns.occurrences < 1
        ? wrong('occurrences', 'the pattern ends after a number of occurrences that is missing', 'Give 1 to 999')
        : { kind: 'count', count: columns.occurrences };
    case 3:
      return columns.patternenddate
        ? { kind: 'until', lastDate: dateOf(columns.patternenddate, zone) }
        : wrong('patternenddate', 'the pattern ends on a date that is missing', 'Give the last date');
    default:
      return wrong('patternendtype', `${columns.patternendtype} is no kind of end`, 'Give 1, 2 or 3');
  }
}

function dateOf(moment: Date, zone: string): string {
  return moment.getTime() % 86_400_000 === 0 ? moment.toISOString().slice(0, 10) : wallClockAt(moment, zone).date;
}

function daysOf(mask: number | null | undefined): Weekday[] {
  return ([0, 1, 2, 3, 4, 5, 6] as const).filter((day) => ((mask ?? 0) & (1 << day)) !== 0);
}

function maskOf(days: readonly Weekday[]): number {
  return days.reduce((sum: number, day) => sum | (1 << day), 0);
}

function wrong(column: string, reason: string, advice: string): { readonly problem: string } {
  return { problem: `The recurrence cannot be used because of ${column}: ${reason}. ${advice}.` };
}
