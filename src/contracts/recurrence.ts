/** A day of the week: 0 is Sunday, 6 is Saturday. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** Which such day of a month; 5 is the last. */
export type NthDay = 1 | 2 | 3 | 4 | 5;

/**
 * How a series repeats. `day` is a day of the month, 1 to 31; in a shorter month it is the last day, as Exchange and Dataverse have it.
 * `interval` counts days, weeks, months or years, at least 1.
 */
export type RecurrencePattern =
  | { readonly kind: 'daily'; readonly interval: number }
  | {
      readonly kind: 'weekly';
      readonly interval: number;
      readonly days: readonly Weekday[];
      /** The day a week begins with; tells which weeks count when `interval` is above 1. */
      readonly firstDay: Weekday;
    }
  | { readonly kind: 'monthly'; readonly interval: number; readonly day: number }
  | {
      readonly kind: 'monthlyNth';
      readonly interval: number;
      readonly days: readonly Weekday[];
      readonly nth: NthDay;
    }
  | { readonly kind: 'yearly'; readonly interval: number; readonly month: number; readonly day: number }
  | {
      readonly kind: 'yearlyNth';
      readonly interval: number;
      readonly month: number;
      readonly days: readonly Weekday[];
      readonly nth: NthDay;
    };

/** How long a series goes on; `lastDate` (`YYYY-MM-DD`) belongs to it. */
export type RecurrenceEnd =
  | { readonly kind: 'never' }
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'until'; readonly lastDate: string };

/** A pattern and its range; dates are `YYYY-MM-DD` in the zone of the series. */
export interface Recurrence {
  readonly pattern: RecurrencePattern;
  /** The first date that may be one of the series. */
  readonly startDate: string;
  readonly end: RecurrenceEnd;
}

/** A recurrence, or in one sentence why there is none. */
export type RecurrenceFound = { readonly recurrence: Recurrence } | { readonly problem: string };
