import type { Pattern, Recurrence } from './recurrence.ts';

const dayMs = 86_400_000;

/** Steps without a hit after which a pattern is taken to have no further date (29 February comes at least each eighth year). */
const emptySteps = 500;

/** The dates of a series in order, as days since 1970 in its own zone; goes on for ever without an end. */
export function* expandRecurrence({ pattern, start, end, count }: Recurrence): Generator<number> {
  const first = Date.parse(`${start}T00:00:00Z`) / dayMs;
  const last = end === undefined ? Number.POSITIVE_INFINITY : Date.parse(`${end}T00:00:00Z`) / dayMs;
  let left = count ?? Number.POSITIVE_INFINITY;
  let empty = 0;
  for (let step = 0; left > 0 && empty < emptySteps; step += 1) {
    const dates = datesOfStep(pattern, first, step).filter((date) => date >= first);
    empty = dates.length === 0 ? empty + 1 : 0;
    for (const date of dates) {
      if (date > last || left <= 0) return;
      left -= 1;
      yield date;
    }
    if (stepBegin(pattern, first, step) > last) return;
  }
}

/** First day of a step: of a day, week, month or year of the pattern. */
function stepBegin(pattern: Pattern, first: number, step: number): number {
  if (pattern.kind === 'daily') return first + step * pattern.interval;
  if (pattern.kind === 'weekly') return weekBegin(first, pattern.firstDay) + 7 * step * pattern.interval;
  const { year, month } = monthOf(pattern, first, step);
  return Date.UTC(year, month, 1) / dayMs;
}

function datesOfStep(pattern: Pattern, first: number, step: number): number[] {
  const begin = stepBegin(pattern, first, step);
  switch (pattern.kind) {
    case 'daily':
      return [begin];
    case 'weekly':
      return [0, 1, 2, 3, 4, 5, 6]
        .map((offset) => begin + offset)
        .filter((date) => pattern.days.includes(dayOfWeek(date)));
    case 'monthlyByDate':
    case 'yearlyByDate':
      return [begin + Math.min(pattern.day, daysInMonth(begin)) - 1];
    case 'monthlyByDay':
    case 'yearlyByDay': {
      const length = daysInMonth(begin);
      const fitting = Array.from({ length }, (_, offset) => begin + offset).filter((date) =>
        pattern.days.includes(dayOfWeek(date)),
      );
      const date = fitting.at(pattern.index < 0 ? -1 : pattern.index - 1);
      return date === undefined ? [] : [date];
    }
  }
}

function monthOf(pattern: Pattern, first: number, step: number): { year: number; month: number } {
  const from = new Date(first * dayMs);
  if (pattern.kind === 'yearlyByDate' || pattern.kind === 'yearlyByDay') {
    return { year: from.getUTCFullYear() + step, month: pattern.month - 1 };
  }
  const interval = 'interval' in pattern ? pattern.interval : 1;
  const months = from.getUTCFullYear() * 12 + from.getUTCMonth() + step * interval;
  return { year: Math.floor(months / 12), month: months % 12 };
}

function weekBegin(date: number, firstDay: number): number {
  return date - ((dayOfWeek(date) - firstDay + 7) % 7);
}

function dayOfWeek(date: number): number {
  return (((date + 4) % 7) + 7) % 7;
}

function daysInMonth(date: number): number {
  const at = new Date(date * dayMs);
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
}
