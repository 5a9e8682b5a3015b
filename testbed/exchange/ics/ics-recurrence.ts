import { dayNames, indexNames, monthNames, type Pattern, readRecurrence } from '../calendar/recurrence.ts';
import { el, type XmlNode } from '../xml/xml-node.ts';

const codes = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** RRULE (RFC 5545 3.3.10) of element `Recurrence`; `until` gives the end of the last day as UNTIL wants it. */
export function ruleOf(node: XmlNode, until: (date: string) => string): string {
  const { pattern, end, count } = readRecurrence(node);
  const parts = patternParts(pattern);
  if (count !== undefined) parts.push(`COUNT=${count}`);
  if (end !== undefined) parts.push(`UNTIL=${until(end)}`);
  return parts.join(';');
}

function patternParts(pattern: Pattern): string[] {
  switch (pattern.kind) {
    case 'daily':
      return ['FREQ=DAILY', `INTERVAL=${pattern.interval}`];
    case 'weekly':
      return [
        'FREQ=WEEKLY',
        `INTERVAL=${pattern.interval}`,
        `BYDAY=${codesOf(pattern.days)}`,
        `WKST=${codes[pattern.firstDay]}`,
      ];
    case 'monthlyByDate':
      return ['FREQ=MONTHLY', `INTERVAL=${pattern.interval}`, `BYMONTHDAY=${pattern.day}`];
    case 'monthlyByDay':
      return ['FREQ=MONTHLY', `INTERVAL=${pattern.interval}`, ...nthDay(pattern)];
    case 'yearlyByDate':
      return ['FREQ=YEARLY', `BYMONTH=${pattern.month}`, `BYMONTHDAY=${pattern.day}`];
    case 'yearlyByDay':
      return ['FREQ=YEARLY', `BYMONTH=${pattern.month}`, ...nthDay(pattern)];
  }
}

function nthDay({ days, index }: { days: readonly number[]; index: number }): string[] {
  if (days.length === 1) return [`BYDAY=${index}${codesOf(days)}`];
  return [`BYDAY=${codesOf(days)}`, `BYSETPOS=${index}`];
}

function codesOf(days: readonly number[]): string {
  return days.map((day) => codes[day]).join(',');
}

/** Element `Recurrence` of an RRULE whose series starts on a day (`YYYY-MM-DD`); undefined for what EWS cannot say. */
export function recurrenceOf(rule: string, start: string): XmlNode | undefined {
  const parts = new Map(rule.split(';').map((part) => part.split('=') as [string, string]));
  const pattern = patternNode(parts, start);
  if (pattern === undefined) return undefined;
  return el('Recurrence', [pattern, rangeNode(parts, start)]);
}

function rangeNode(parts: ReadonlyMap<string, string>, start: string): XmlNode {
  const from = el('StartDate', start);
  const [count, until] = [parts.get('COUNT'), parts.get('UNTIL')];
  if (count !== undefined) return el('NumberedRecurrence', [from, el('NumberOfOccurrences', count)]);
  if (until === undefined) return el('NoEndRecurrence', [from]);
  const end = `${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}`;
  return el('EndDateRecurrence', [from, el('EndDate', end)]);
}

function patternNode(parts: ReadonlyMap<string, string>, start: string): XmlNode | undefined {
  const interval = el('Interval', parts.get('INTERVAL') ?? 1);
  const first = new Date(`${start}T00:00:00Z`);
  const byDay = parts.get('BYDAY');
  const day = el('DayOfMonth', parts.get('BYMONTHDAY') ?? first.getUTCDate());
  const month = el('Month', monthNames[Number(parts.get('BYMONTH') ?? first.getUTCMonth() + 1) - 1] ?? 'January');
  switch (parts.get('FREQ')) {
    case 'DAILY':
      if (byDay === undefined) return el('DailyRecurrence', [interval]);
      return weekly(interval, byDay, parts.get('WKST'));
    case 'WEEKLY':
      return weekly(interval, byDay ?? codes[first.getUTCDay()] ?? 'MO', parts.get('WKST'));
    case 'MONTHLY':
      if (byDay === undefined) return el('AbsoluteMonthlyRecurrence', [interval, day]);
      return el('RelativeMonthlyRecurrence', [interval, ...relative(byDay, parts.get('BYSETPOS'))]);
    case 'YEARLY':
      if (byDay === undefined) return el('AbsoluteYearlyRecurrence', [day, month]);
      return el('RelativeYearlyRecurrence', [...relative(byDay, parts.get('BYSETPOS')), month]);
    default:
      return undefined;
  }
}

function weekly(interval: XmlNode, byDay: string, weekStart: string | undefined): XmlNode {
  const first = weekStart === undefined ? undefined : el('FirstDayOfWeek', nameOf(weekStart));
  return el('WeeklyRecurrence', [interval, el('DaysOfWeek', byDay.split(',').map(nameOf).join(' ')), first]);
}

function relative(byDay: string, position: string | undefined): XmlNode[] {
  const list = byDay.split(',');
  const number = Number(position ?? /^-?\d+/.exec(byDay)?.[0] ?? 1);
  const days = list.map((code) => codes.indexOf(code.replace(/^[+-]?\d+/, '')));
  return [
    el('DaysOfWeek', groupName(days)),
    el('DayOfWeekIndex', indexNames.at(number < 0 ? -1 : number - 1) ?? 'First'),
  ];
}

function groupName(days: readonly number[]): string {
  if (days.length === 7) return 'Day';
  if (days.length === 5 && !days.includes(0) && !days.includes(6)) return 'Weekday';
  if (days.length === 2 && days.includes(0) && days.includes(6)) return 'WeekendDay';
  return dayNames[days[0] ?? 1] ?? 'Monday';
}

function nameOf(code: string): string {
  return dayNames[codes.indexOf(code.replace(/^[+-]?\d+/, ''))] ?? 'Monday';
}
