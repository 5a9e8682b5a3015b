import { dayName } from './day-name.ts';

/** A date without a time, the same in every zone. `isEnd`: midnight at the end belongs to the day before. */
export function DayOnly({
  value,
  isEnd = false,
}: {
  readonly value: string | null | undefined;
  readonly isEnd?: boolean;
}) {
  if (!value) return null;
  const day = new Date(Date.parse(value) - (isEnd ? 1 : 0)).toISOString().slice(0, 10);
  return <time dateTime={day}>{dayName(day, { dateStyle: 'medium' })}</time>;
}
