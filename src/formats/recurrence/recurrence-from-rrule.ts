import type { NthDay, Recurrence, RecurrenceEnd, RecurrenceFound, Weekday } from '../../contracts/recurrence.ts';
import { wallClockAt } from '../time-zone/wall-clock.ts';
import { weekdayOf } from './rrule-weekdays.ts';

type Parts = Readonly<Record<string, string>>;
type Pattern = Recurrence['pattern'];

/**
 * A rule of RFC 5545 3.3.10 as a recurrence of ours. `startDate` is the date of DTSTART in its zone `zone` (IANA). What neither Exchange
 * nor Dataverse can express (hours, years by week number, several days of a month, months left out) gives the reason in one sentence.
 */
export function recurrenceFromRrule(rule: string, startDate: string, zone: string): RecurrenceFound {
  const parts: Record<string, string> = {};
  for (const part of rule.replace(/^RRULE:/i, '').split(';')) {
    const [name = '', value = ''] = part.split('=', 2);
    if (name !== '') parts[name.toUpperCase()] = value.toUpperCase();
  }
  const odd = Object.keys(parts).find((name) => !known.has(name));
  if (odd !== undefined) return refusal(rule, `${odd} cannot be expressed in a calendar of Exchange or Mailroom`);
  const pattern = patternOf(parts, startDate);
  if (typeof pattern === 'string') return refusal(rule, pattern);
  return { recurrence: { pattern, startDate, end: endOf(parts, zone) } };
}

const known = new Set(['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'WKST', 'BYDAY', 'BYMONTHDAY', 'BYMONTH', 'BYSETPOS']);

function refusal(rule: string, reason: string): RecurrenceFound {
  return { problem: `The rule "${rule.slice(0, 200)}" is left alone: ${reason}. Choose another pattern.` };
}

function patternOf(parts: Parts, startDate: string): Pattern | string {
  const interval = Math.max(1, Number(parts.INTERVAL ?? 1) || 1);
  switch (parts.FREQ) {
    case 'DAILY':
      return daily(parts, interval);
    case 'WEEKLY':
      return weekly(parts, startDate, interval);
    case 'MONTHLY':
      return monthly(parts, startDate, interval);
    case 'YEARLY':
      return yearly(parts, startDate, interval);
    default:
      return `frequency ${parts.FREQ ?? '(none)'} is not one of daily, weekly, monthly, yearly`;
  }
}

function daily(parts: Parts, interval: number): Pattern | string {
  if (parts.BYMONTHDAY !== undefined || parts.BYMONTH !== undefined || parts.BYSETPOS !== undefined)
    return 'a daily pattern cannot be limited to days or months';
  if (parts.BYDAY === undefined) return { kind: 'daily', interval };
  const days = plainDays(parts.BYDAY);
  if (days === undefined || interval !== 1) return 'a daily pattern on certain weekdays must be of every day';
  return { kind: 'weekly', interval: 1, days, firstDay: 0 };
}

function weekly(parts: Parts, startDate: string, interval: number): Pattern | string {
  if (parts.BYMONTH !== undefined || parts.BYSETPOS !== undefined || parts.BYMONTHDAY !== undefined)
    return 'a weekly pattern cannot be limited to months or positions';
  const days = parts.BYDAY === undefined ? [weekdayOn(startDate)] : plainDays(parts.BYDAY);
  if (days === undefined) return 'days of a weekly pattern cannot be numbered';
  return { kind: 'weekly', interval, days, firstDay: weekdayOf(parts.WKST ?? 'MO') ?? 1 };
}

function monthly(parts: Parts, startDate: string, interval: number): Pattern | string {
  if (parts.BYMONTH !== undefined) return 'a monthly pattern cannot be limited to some months';
  if (parts.BYDAY !== undefined) {
    const nth = nthDays(parts);
    return typeof nth === 'string' ? nth : { kind: 'monthlyNth', interval, ...nth };
  }
  const day = dayOfMonth(parts, startDate, 31);
  return typeof day === 'string' ? day : { kind: 'monthly', interval, day };
}

function yearly(parts: Parts, startDate: string, interval: number): Pattern | string {
  if (parts.BYMONTH?.includes(',')) return 'a yearly pattern can have one month only';
  const month = Number(parts.BYMONTH ?? startDate.slice(5, 7));
  if (!(month >= 1 && month <= 12)) return `there is no month ${parts.BYMONTH}`;
  if (parts.BYDAY !== undefined) {
    if (parts.BYMONTH === undefined) return 'a weekday of a whole year cannot be expressed; name the month';
    const nth = nthDays(parts);
    return typeof nth === 'string' ? nth : { kind: 'yearlyNth', interval, month, ...nth };
  }
  const day = dayOfMonth(parts, startDate, new Date(Date.UTC(2024, month, 0)).getUTCDate());
  return typeof day === 'string' ? day : { kind: 'yearly', interval, month, day };
}

/** Days without numbers; undefined when one has a number or is no day. */
function plainDays(text: string): Weekday[] | undefined {
  const days = text.split(',').map(weekdayOf);
  if (days.some((day) => day === undefined)) return undefined;
  return ([0, 1, 2, 3, 4, 5, 6] as const).filter((day) => days.includes(day));
}

function nthDays(parts: Parts): { readonly days: Weekday[]; readonly nth: NthDay } | string {
  if (parts.BYMONTHDAY !== undefined) return 'weekdays and days of the month cannot be joined';
  const text = parts.BYDAY ?? '';
  const numbered = /^([+-]?\d)([A-Z]{2})$/.exec(text);
  const days = plainDays(numbered?.[2] ?? text);
  const position = Number(numbered?.[1] ?? parts.BYSETPOS);
  if (numbered !== null && parts.BYSETPOS !== undefined) return 'BYSETPOS cannot be joined with a numbered day';
  if (days === undefined)
    return `days ${text} cannot be expressed; one weekday with a number, or days with BYSETPOS, can`;
  if (position === -1) return { days, nth: 5 };
  if (position >= 1 && position <= 4) return { days, nth: position as NthDay };
  return 'the day must be the first to fourth or the last one of the month';
}

/** `longest`: days of the month at most. Days that some months lack must be written as the last of several (see recurrenceToRrule). */
function dayOfMonth(parts: Parts, startDate: string, longest: number): number | string {
  const days = (parts.BYMONTHDAY ?? startDate.slice(8, 10)).split(',').map(Number);
  const [first = 0] = days;
  if (parts.BYSETPOS === '-1') {
    const isRun = days.every((day, index) => day === 28 + index) && days.length <= 4;
    return isRun && days.length > 1 ? 27 + days.length : 'BYSETPOS cannot be joined with these days of the month';
  }
  if (parts.BYSETPOS !== undefined || days.length > 1) return 'a pattern can have one day of the month only';
  if (first === -1) return 31;
  const always = longest === 29 ? 28 : longest === 31 && parts.FREQ === 'MONTHLY' ? 28 : longest;
  if (first >= 1 && first <= always) return first;
  return `day ${first} leaves out shorter months; Exchange and Mailroom would move it to their last day`;
}

function weekdayOn(date: string): Weekday {
  return new Date(`${date}T00:00:00Z`).getUTCDay() as Weekday;
}

function endOf(parts: Parts, zone: string): RecurrenceEnd {
  if (parts.COUNT !== undefined) return { kind: 'count', count: Number(parts.COUNT) };
  const until = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/.exec(parts.UNTIL ?? '');
  if (until === null) return { kind: 'never' };
  const [, year, month, day, hour, minute, second, utc] = until;
  const date = `${year}-${month}-${day}`;
  if (utc !== 'Z' || (hour === '23' && minute === '59' && second === '59')) return { kind: 'until', lastDate: date };
  return {
    kind: 'until',
    lastDate: wallClockAt(new Date(`${date}T${hour}:${minute}:${second}Z`), zone).date,
  };
}
