import { Temporal } from 'temporal-polyfill';

/** What clocks of a zone show: a date `YYYY-MM-DD` and minutes after midnight. */
export interface WallClock {
  readonly date: string;
  readonly minutes: number;
}

/** What the clocks of an IANA zone show at a moment; seconds are cut. */
export function wallClockAt(moment: Date, zone: string): WallClock {
  const local = Temporal.Instant.fromEpochMilliseconds(moment.getTime()).toZonedDateTimeISO(zone);
  return { date: local.toPlainDate().toString(), minutes: local.hour * 60 + local.minute };
}

/**
 * The moment at which the clocks of an IANA zone show a time. A time that clocks skip is moved forward by what they skip, of a time
 * that comes twice the first is meant: Exchange and Outlook do the same.
 */
export function momentOf({ date, minutes }: WallClock, zone: string): Date {
  const local = Temporal.PlainDate.from(date).toPlainDateTime({
    hour: Math.floor(minutes / 60),
    minute: minutes % 60,
  });
  return new Date(local.toZonedDateTime(zone).epochMilliseconds);
}

/** A date so many days later (or earlier), `YYYY-MM-DD`. */
export function addDays(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** Days from one date to another; negative when the other is earlier. */
export function daysBetween(from: string, to: string): number {
  return Temporal.PlainDate.from(from).until(to, { largestUnit: 'day' }).days;
}
