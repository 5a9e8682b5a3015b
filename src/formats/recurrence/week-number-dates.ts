import { weekdayOf } from './rrule-weekdays.ts';

const dayMs = 86_400_000;

/** Years without a hit after which a rule is taken to have no further date: every week number comes within 400. */
const emptyYears = 400;

/**
 * Dates of a rule with BYWEEKNO (RFC 5545 3.3.10) whose frequency is a week or longer, by the calendar year they lie in; undefined
 * for other rules. Week 1 is the first with four days in its year; weeks begin on WKST.
 */
export function weekNumberDates(rule: string, startLocal: string): Generator<string> | undefined {
  const parts = new Map(rule.split(';').map((part) => part.toUpperCase().split('=', 2) as [string, string]));
  if (!parts.has('BYWEEKNO') || !/^(YEARLY|MONTHLY|WEEKLY)$/.test(parts.get('FREQ') ?? '')) return undefined;
  if (['BYHOUR', 'BYMINUTE', 'BYSECOND', 'BYSETPOS', 'BYYEARDAY', 'BYMONTHDAY'].some((name) => parts.has(name)))
    return undefined;
  return datesOf(parts, startLocal);
}

function* datesOf(parts: ReadonlyMap<string, string>, startLocal: string): Generator<string> {
  const numbers = (name: string): number[] => (parts.get(name) ?? '').split(',').filter(Boolean).map(Number);
  const interval = parts.get('FREQ') === 'YEARLY' ? Number(parts.get('INTERVAL') ?? 1) : 1;
  const days = (parts.get('BYDAY') ?? '').split(',').filter(Boolean).map(weekdayOf);
  const months = numbers('BYMONTH');
  const firstDay = weekdayOf(parts.get('WKST') ?? 'MO') ?? 1;
  const [start, end] = [Date.parse(`${startLocal}Z`), endOf(parts)];
  let left = Number(parts.get('COUNT') ?? Number.POSITIVE_INFINITY);
  const firstYear = new Date(start).getUTCFullYear();
  let lastHit = firstYear;
  for (let year = firstYear; year - lastHit < emptyYears; year += interval) {
    for (const at of daysInWeeks(year, numbers('BYWEEKNO'), firstDay)) {
      const day = new Date(at);
      if (at + (start % dayMs) < start || (days.length > 0 && !days.includes(weekday(day)))) continue;
      if (months.length > 0 && !months.includes(day.getUTCMonth() + 1)) continue;
      if (left <= 0 || at + (start % dayMs) > end) return;
      left -= 1;
      lastHit = year;
      yield day.toISOString().slice(0, 10);
    }
  }
}

function endOf(parts: ReadonlyMap<string, string>): number {
  const until = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d))?/.exec(parts.get('UNTIL') ?? '');
  if (until === null) return Number.POSITIVE_INFINITY;
  const [, year, month, day, hour = '23', minute = '59', second = '59'] = until;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** Days of a calendar year (ms, midnight) in weeks of these numbers; negative ones count from the last week. */
function* daysInWeeks(year: number, weeks: readonly number[], firstDay: number): Generator<number> {
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += dayMs) {
    const weekYear = [year + 1, year, year - 1].find((one) => firstWeek(one, firstDay) <= at) ?? year;
    const begin = firstWeek(weekYear, firstDay);
    const number = Math.floor((at - begin) / (7 * dayMs)) + 1;
    const inYear = Math.round((firstWeek(weekYear + 1, firstDay) - begin) / (7 * dayMs));
    if (weeks.includes(number) || weeks.includes(number - inYear - 1)) yield at;
  }
}

/** When week 1 of a year begins, ms. */
function firstWeek(year: number, firstDay: number): number {
  const fourth = new Date(Date.UTC(year, 0, 4));
  return fourth.getTime() - ((weekday(fourth) - firstDay + 7) % 7) * dayMs;
}

function weekday(day: Date): 0 | 1 | 2 | 3 | 4 | 5 | 6 {
  return day.getUTCDay() as 0 | 1 | 2 | 3 | 4 | 5 | 6;
}
