import type { RecurrenceEnd, RecurrencePattern } from './recurrence.ts';

/** When a series is (FM-R6): one computed field, so that its parts never come from two sides. */
export type SeriesFields = {
  readonly pattern: RecurrencePattern;
  /** `YYYY-MM-DD` in the zone of the series. */
  readonly startDate: string;
  readonly end: RecurrenceEnd;
  /** IANA zone in which it was planned; its clocks rule. */
  readonly zone: string;
  /** Start of each occurrence, minutes after midnight; 0 for whole days. */
  readonly startMinutes: number;
  /** Length of each occurrence; whole days of 1440. */
  readonly durationMinutes: number;
  readonly isAllDay: boolean;
};

/** An occurrence that is not as its series says; what is null is as the series says. Lists are sorted by `date`. */
export type SeriesException = {
  /** Date of the occurrence by the pattern, in the zone of the series. */
  readonly date: string;
  readonly isDeleted: boolean;
  /** Instants as `2026-03-01T09:00:00.000Z`, for whole days `2026-03-01`; both or none. */
  readonly start: string | null;
  readonly end: string | null;
  readonly subject: string | null;
  readonly location: string | null;
  readonly body: string | null;
  /** `free`, `tentative`, `busy`, `oof`. */
  readonly showAs: string | null;
  readonly importance: string | null;
};

/** An occurrence that does not take place. */
export function deletedOccurrence(date: string): SeriesException {
  return { ...plainOccurrence(date), isDeleted: true };
}

/** An occurrence as its series says, to be overridden. */
export function plainOccurrence(date: string): SeriesException {
  return {
    date,
    isDeleted: false,
    start: null,
    end: null,
    subject: null,
    location: null,
    body: null,
    showAs: null,
    importance: null,
  };
}
