import type {
  NthDay,
  Recurrence,
  RecurrenceEnd,
  RecurrenceFound,
  RecurrencePattern,
  Weekday,
} from '../../../contracts/recurrence.ts';
import { textAt, type XmlNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';

const dayNames: readonly string[] = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const monthNames = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September'].concat([
  'October',
  'November',
  'December',
]);
const indexNames: readonly string[] = ['First', 'Second', 'Third', 'Fourth', 'Last'];
const groups: Readonly<Record<string, readonly Weekday[]>> = {
  Day: [0, 1, 2, 3, 4, 5, 6],
  Weekday: [1, 2, 3, 4, 5],
  WeekendDay: [0, 6],
};

/** Occurrences that a series of Mailroom has at most (`recurrencerule.occurrences`). */
const mostOccurrences = 999;

/** Reads the element `Recurrence` of a calendar item; in one sentence why not when Mailroom has no such pattern (FM-S6). */
export function readRecurrence(node: XmlNode): RecurrenceFound {
  const [patternNode, range] = node.children;
  const pattern = patternNode && readPattern(patternNode);
  if (pattern === undefined || range === undefined)
    return { problem: `A pattern of the kind ${patternNode?.name ?? '(none)'} cannot be kept in Mailroom.` };
  const count = Number(textAt(range, 'NumberOfOccurrences'));
  if (count > mostOccurrences)
    return { problem: `A series of ${count} occurrences is longer than the ${mostOccurrences} that Mailroom keeps.` };
  const startDate = (textAt(range, 'StartDate') ?? '').slice(0, 10);
  if (!/^\d{4}-\d\d-\d\d$/.test(startDate)) return { problem: 'The series does not say when it begins.' };
  const lastDate = textAt(range, 'EndDate')?.slice(0, 10);
  const end: RecurrenceEnd =
    lastDate !== undefined ? { kind: 'until', lastDate } : count > 0 ? { kind: 'count', count } : { kind: 'never' };
  return { recurrence: { pattern, startDate, end } };
}

function readPattern(node: XmlNode): RecurrencePattern | undefined {
  const interval = Math.max(1, Number(textAt(node, 'Interval') ?? 1) || 1);
  const days = daysOf(textAt(node, 'DaysOfWeek') ?? '');
  const nth = (indexNames.indexOf(textAt(node, 'DayOfWeekIndex') ?? 'First') + 1) as NthDay;
  const month = monthNames.indexOf(textAt(node, 'Month') ?? '') + 1;
  const day = Number(textAt(node, 'DayOfMonth'));
  const firstDay = dayNames.indexOf(textAt(node, 'FirstDayOfWeek') ?? 'Sunday') as Weekday;
  switch (node.name) {
    case 'DailyRecurrence':
      return { kind: 'daily', interval };
    case 'WeeklyRecurrence':
      return days.length === 0 ? undefined : { kind: 'weekly', interval, days, firstDay };
    case 'AbsoluteMonthlyRecurrence':
      return { kind: 'monthly', interval, day };
    case 'RelativeMonthlyRecurrence':
      return days.length === 0 ? undefined : { kind: 'monthlyNth', interval, days, nth };
    case 'AbsoluteYearlyRecurrence':
      return { kind: 'yearly', interval: 1, month, day };
    case 'RelativeYearlyRecurrence':
      return days.length === 0 ? undefined : { kind: 'yearlyNth', interval: 1, month, days, nth };
    default:
      return undefined;
  }
}

function daysOf(text: string): Weekday[] {
  const named = text
    .split(/\s+/)
    .flatMap((word) => groups[word] ?? dayNames.flatMap((name, day) => (name === word ? [day as Weekday] : [])));
  return ([0, 1, 2, 3, 4, 5, 6] as const).filter((day) => named.includes(day));
}

/** `t:Recurrence`. What `sharedPatternProblem` names must not come here. */
export function writeRecurrence({ pattern, startDate, end }: Recurrence): string {
  const start = textElement('t:StartDate', startDate);
  const range =
    end.kind === 'never'
      ? element('t:NoEndRecurrence', {}, start)
      : end.kind === 'until'
        ? element('t:EndDateRecurrence', {}, start, textElement('t:EndDate', end.lastDate))
        : element('t:NumberedRecurrence', {}, start, textElement('t:NumberOfOccurrences', end.count));
  return element('t:Recurrence', {}, writePattern(pattern), range);
}

function writePattern(pattern: RecurrencePattern): string {
  const interval = textElement('t:Interval', pattern.interval);
  const month = 'month' in pattern ? textElement('t:Month', monthNames[pattern.month - 1] ?? 'January') : '';
  const nth =
    'nth' in pattern
      ? `${textElement('t:DaysOfWeek', dayGroup(pattern.days) ?? '')}${textElement('t:DayOfWeekIndex', indexNames[pattern.nth - 1] ?? 'Last')}`
      : '';
  switch (pattern.kind) {
    case 'daily':
      return element('t:DailyRecurrence', {}, interval);
    case 'weekly': {
      const days = textElement('t:DaysOfWeek', pattern.days.map((day) => dayNames[day]).join(' '));
      const first = textElement('t:FirstDayOfWeek', dayNames[pattern.firstDay] ?? 'Sunday');
      return element('t:WeeklyRecurrence', {}, interval, days, first);
    }
    case 'monthly':
      return element('t:AbsoluteMonthlyRecurrence', {}, interval, textElement('t:DayOfMonth', pattern.day));
    case 'monthlyNth':
      return element('t:RelativeMonthlyRecurrence', {}, interval, nth);
    case 'yearly':
      return element('t:AbsoluteYearlyRecurrence', {}, textElement('t:DayOfMonth', pattern.day), month);
    case 'yearlyNth':
      return element('t:RelativeYearlyRecurrence', {}, nth, month);
  }
}

/** One word for the days of an n-th pattern. */
function dayGroup(days: readonly Weekday[]): string | undefined {
  const [only] = days;
  if (days.length === 1 && only !== undefined) return dayNames[only];
  return Object.keys(groups).find((name) => groups[name]?.join() === days.join());
}
