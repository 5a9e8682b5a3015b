import type { Recurrence, Weekday } from '../../contracts/recurrence.ts';

/** Most that Exchange takes: intervals of days, and of weeks and months; occurrences of a series (MS-OXWSCDATA 2.2.7). */
const mostDays = 999;
const mostSteps = 99;
const mostOccurrences = 999;

/** All days, weekdays, weekend days: the groups of which a month can have an n-th. */
const groups: readonly (readonly Weekday[])[] = [
  [0, 1, 2, 3, 4, 5, 6],
  [1, 2, 3, 4, 5],
  [0, 6],
];

/** Why a calendar of Exchange cannot keep a recurrence, in one sentence; undefined when it can (FM-S6). */
export function sharedPatternProblem({ pattern, end }: Recurrence): string | undefined {
  const most = pattern.kind === 'daily' ? mostDays : mostSteps;
  if ((pattern.kind === 'yearly' || pattern.kind === 'yearlyNth') && pattern.interval > 1)
    return `Exchange has no pattern of every ${pattern.interval} years. Choose every year, or so many months.`;
  if (pattern.interval > most)
    return `Exchange repeats at most every ${most} days, weeks or months, not every ${pattern.interval}.`;
  if ('nth' in pattern && pattern.days.length > 1 && !groups.some((group) => group.join() === pattern.days.join()))
    return 'Exchange knows the n-th of one weekday, of all days, of weekdays or of weekend days, but not of these days.';
  if (end.kind === 'count' && end.count > mostOccurrences)
    return `Exchange takes at most ${mostOccurrences} occurrences, not ${end.count}. Choose a last date.`;
  return undefined;
}
