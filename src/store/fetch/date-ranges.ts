import {
  addDays,
  addMonths,
  startOfDay,
  startOfMonth,
  startOfQuarter,
  startOfWeek,
  startOfYear,
  type WallTime,
} from './local-days.ts';

/** A span of wall time, from (inclusive) to (exclusive); open where absent. */
export interface WallRange {
  readonly from?: WallTime;
  readonly to?: WallTime;
}

const hourMs = 3_600_000;
const span = (from: WallTime, to: WallTime): WallRange => ({ from, to });

/** Operators without a value. Weeks begin on Sunday, fiscal years on 1 January, fiscal periods are quarters. */
const fixedRanges: Readonly<Record<string, (now: WallTime) => WallRange>> = {
  today: (now) => span(startOfDay(now), addDays(startOfDay(now), 1)),
  yesterday: (now) => span(addDays(startOfDay(now), -1), startOfDay(now)),
  tomorrow: (now) => span(addDays(startOfDay(now), 1), addDays(startOfDay(now), 2)),
  'last-seven-days': (now) => span(addDays(startOfDay(now), -7), now),
  'next-seven-days': (now) => span(now, addDays(startOfDay(now), 8)),
  'this-week': (now) => span(startOfWeek(now), addDays(startOfWeek(now), 7)),
  'last-week': (now) => span(addDays(startOfWeek(now), -7), startOfWeek(now)),
  'next-week': (now) => span(addDays(startOfWeek(now), 7), addDays(startOfWeek(now), 14)),
  'this-month': (now) => span(startOfMonth(now), startOfMonth(now, 1)),
  'last-month': (now) => span(startOfMonth(now, -1), startOfMonth(now)),
  'next-month': (now) => span(startOfMonth(now, 1), startOfMonth(now, 2)),
  'this-year': (now) => span(startOfYear(now), startOfYear(now, 1)),
  'last-year': (now) => span(startOfYear(now, -1), startOfYear(now)),
  'next-year': (now) => span(startOfYear(now, 1), startOfYear(now, 2)),
  'this-fiscal-year': (now) => span(startOfYear(now), startOfYear(now, 1)),
  'last-fiscal-year': (now) => span(startOfYear(now, -1), startOfYear(now)),
  'next-fiscal-year': (now) => span(startOfYear(now, 1), startOfYear(now, 2)),
  'this-fiscal-period': (now) => span(startOfQuarter(now), startOfQuarter(now, 1)),
  'last-fiscal-period': (now) => span(startOfQuarter(now, -1), startOfQuarter(now)),
  'next-fiscal-period': (now) => span(startOfQuarter(now, 1), startOfQuarter(now, 2)),
};

/** Operators that take a number. */
const countedRanges: Readonly<Record<string, (now: WallTime, x: number) => WallRange>> = {
  'last-x-hours': (now, x) => span(new Date(now.getTime() - x * hourMs), now),
  'next-x-hours': (now, x) => span(now, new Date(now.getTime() + x * hourMs)),
  'last-x-days': (now, x) => span(addDays(startOfDay(now), -x), now),
  'next-x-days': (now, x) => span(now, addDays(startOfDay(now), x + 1)),
  'last-x-weeks': (now, x) => span(addDays(startOfDay(now), -7 * x), now),
  'next-x-weeks': (now, x) => span(now, addDays(startOfDay(now), 7 * x + 1)),
  'last-x-months': (now, x) => span(addMonths(now, -x), now),
  'next-x-months': (now, x) => span(now, addDays(addMonths(now, x), 1)),
  'last-x-years': (now, x) => span(addMonths(now, -12 * x), now),
  'next-x-years': (now, x) => span(now, addDays(addMonths(now, 12 * x), 1)),
  'last-x-fiscal-years': (now, x) => span(startOfYear(now, -x), startOfYear(now)),
  'next-x-fiscal-years': (now, x) => span(startOfYear(now, 1), startOfYear(now, 1 + x)),
  'last-x-fiscal-periods': (now, x) => span(startOfQuarter(now, -x), startOfQuarter(now)),
  'next-x-fiscal-periods': (now, x) => span(startOfQuarter(now, 1), startOfQuarter(now, 1 + x)),
  'olderthan-x-minutes': (now, x) => ({ to: new Date(now.getTime() - x * 60_000) }),
  'olderthan-x-hours': (now, x) => ({ to: new Date(now.getTime() - x * hourMs) }),
  'olderthan-x-days': (now, x) => ({ to: addDays(now, -x) }),
  'olderthan-x-weeks': (now, x) => ({ to: addDays(now, -7 * x) }),
  'olderthan-x-months': (now, x) => ({ to: addMonths(now, -x) }),
  'olderthan-x-years': (now, x) => ({ to: addMonths(now, -12 * x) }),
};

/** Operators that take a day. */
const dayRanges: Readonly<Record<string, (day: WallTime) => WallRange>> = {
  on: (day) => span(startOfDay(day), addDays(startOfDay(day), 1)),
  'on-or-before': (day) => ({ to: addDays(startOfDay(day), 1) }),
  'on-or-after': (day) => ({ from: startOfDay(day) }),
};

const quarterOf = (period: number, year: number) => new Date(Date.UTC(year, 3 * (period - 1), 1));

/** Operators that take a fiscal period (1 to 4) and a year. */
const periodRanges: Readonly<Record<string, (period: number, year: number) => WallRange>> = {
  'in-fiscal-period-and-year': (period, year) => span(quarterOf(period, year), quarterOf(period + 1, year)),
  'in-or-before-fiscal-period-and-year': (period, year) => ({ to: quarterOf(period + 1, year) }),
  'in-or-after-fiscal-period-and-year': (period, year) => ({ from: quarterOf(period, year) }),
};

/** What a relative date operator takes besides the column. */
export type DateOperatorKind = 'fixed' | 'counted' | 'day' | 'period';

/** The kind of a relative date operator; undefined for an operator that is none. */
export function dateOperatorKind(operator: string): DateOperatorKind | undefined {
  if (Object.hasOwn(fixedRanges, operator)) return 'fixed';
  if (Object.hasOwn(countedRanges, operator)) return 'counted';
  if (Object.hasOwn(dayRanges, operator)) return 'day';
  return Object.hasOwn(periodRanges, operator) ? 'period' : undefined;
}

/** The span of an operator that takes nothing, or a whole number from 1 to 10,000. */
export function relativeRange(operator: string, now: WallTime, x: number): WallRange {
  return (fixedRanges[operator] ?? countedRanges[operator])?.(now, x) ?? {};
}

/** The span of `on`, `on-or-before`, `on-or-after`. */
export function dayRange(operator: string, day: WallTime): WallRange {
  return dayRanges[operator]?.(day) ?? {};
}

/** The span of an operator about a fiscal period in a year. */
export function periodRange(operator: string, period: number, year: number): WallRange {
  return periodRanges[operator]?.(period, year) ?? {};
}

/** Names of all relative date operators. */
export const dateOperators: readonly string[] = [fixedRanges, countedRanges, dayRanges, periodRanges].flatMap(
  (ranges) => Object.keys(ranges),
);
