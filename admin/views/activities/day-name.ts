import type { Day } from './calendar-days.ts';

/** A day in words, in the language of the browser. */
export function dayName(day: Day, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(undefined, { ...options, timeZone: 'UTC' }).format(new Date(day));
}

/** A full hour in words. */
export function hourName(hour: number): string {
  const format = new Intl.DateTimeFormat(undefined, { timeStyle: 'short', timeZone: 'UTC' });
  return format.format(new Date(Date.UTC(2000, 0, 1, hour)));
}

/** The day that weeks begin with where the user lives, 0 for Sunday; Monday where the browser does not tell. */
export function firstWeekday(): number {
  type WeekInfo = { readonly firstDay: number };
  const locale = new Intl.Locale(navigator.language) as Intl.Locale & {
    readonly getWeekInfo?: () => WeekInfo;
    readonly weekInfo?: WeekInfo;
  };
  return ((locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay ?? 1) % 7;
}
