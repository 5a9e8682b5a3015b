import type { Weekday } from '../../contracts/recurrence.ts';

/** Days as RFC 5545 3.3.10 writes them, Sunday first. */
export const rruleWeekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const;

/** The day of two letters; undefined when there is none of the name. */
export function weekdayOf(letters: string): Weekday | undefined {
  const index = (rruleWeekdays as readonly string[]).indexOf(letters.toUpperCase());
  return index < 0 ? undefined : (index as Weekday);
}
