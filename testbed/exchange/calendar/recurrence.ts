import { EwsError } from '../soap/ews-error.ts';
import { child, childText, type XmlNode } from '../xml/xml-node.ts';

/** Days of a pattern: 0 for Sunday to 6. */
type Days = readonly number[];

/** How a series repeats. */
export type Pattern =
  | { readonly kind: 'daily'; readonly interval: number }
  | { readonly kind: 'weekly'; readonly interval: number; readonly days: Days; readonly firstDay: number }
  | { readonly kind: 'monthlyByDate'; readonly interval: number; readonly day: number }
  | { readonly kind: 'monthlyByDay'; readonly interval: number; readonly days: Days; readonly index: number }
  | { readonly kind: 'yearlyByDate'; readonly month: number; readonly day: number }
  | { readonly kind: 'yearlyByDay'; readonly month: number; readonly days: Days; readonly index: number };

/** A pattern and how long it goes on. Dates are `YYYY-MM-DD` in the zone of the series. */
export interface Recurrence {
  readonly pattern: Pattern;
  readonly start: string;
  readonly end: string | undefined;
  readonly count: number | undefined;
}

/** English names of the days, Sunday first. */
export const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
/** English names of the months. */
export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
/** Words for the n-th day of a month; -1 stands for the last. */
export const indexNames = ['First', 'Second', 'Third', 'Fourth', 'Last'];

const groups: Readonly<Record<string, Days>> = {
  Day: [0, 1, 2, 3, 4, 5, 6],
  Weekday: [1, 2, 3, 4, 5],
  WeekendDay: [0, 6],
};

/** Reads element `Recurrence`. Throws ErrorCalendarInvalidRecurrence. */
export function readRecurrence(node: XmlNode): Recurrence {
  const [patternNode, range] = node.children;
  if (patternNode === undefined || range === undefined) throw new EwsError('ErrorCalendarInvalidRecurrence');
  const number = childText(range, 'NumberOfOccurrences');
  return {
    pattern: readPattern(patternNode),
    start: dateOf(childText(range, 'StartDate')) ?? '1970-01-01',
    end: dateOf(childText(range, 'EndDate')),
    count: number === undefined ? undefined : Number(number),
  };
}

function dateOf(text: string | undefined): string | undefined {
  return text?.slice(0, 10);
}

function readPattern(node: XmlNode): Pattern {
  const interval = Math.max(1, Number(childText(node, 'Interval') ?? 1));
  const days = daysOf(childText(node, 'DaysOfWeek') ?? '');
  const word = indexNames.indexOf(childText(node, 'DayOfWeekIndex') ?? 'First');
  const index = word === 4 ? -1 : word + 1;
  const month = monthNames.indexOf(childText(node, 'Month') ?? 'January') + 1;
  const day = Number(childText(node, 'DayOfMonth') ?? 1);
  switch (node.name) {
    case 'DailyRecurrence':
      return { kind: 'daily', interval };
    case 'WeeklyRecurrence':
      return {
        kind: 'weekly',
        interval,
        days,
        firstDay: dayNames.indexOf(childText(node, 'FirstDayOfWeek') ?? 'Sunday'),
      };
    case 'AbsoluteMonthlyRecurrence':
      return { kind: 'monthlyByDate', interval, day };
    case 'RelativeMonthlyRecurrence':
      return { kind: 'monthlyByDay', interval, days, index };
    case 'AbsoluteYearlyRecurrence':
      return { kind: 'yearlyByDate', month, day };
    case 'RelativeYearlyRecurrence':
      return { kind: 'yearlyByDay', month, days, index };
    default:
      throw new EwsError('ErrorCalendarInvalidRecurrence', `A calendar item cannot have ${node.name}.`);
  }
}

function daysOf(text: string): Days {
  return text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
    .flatMap((word) => groups[word] ?? [dayNames.indexOf(word)]);
}

/** True when the element has a range without end. */
export function isEndless(node: XmlNode): boolean {
  return child(node, 'NoEndRecurrence') !== undefined;
}
