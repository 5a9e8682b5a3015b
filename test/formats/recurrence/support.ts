import fc from 'fast-check';
import type {
  NthDay,
  Recurrence,
  RecurrenceEnd,
  RecurrencePattern,
  Weekday,
} from '../../../src/contracts/recurrence.ts';

const days = fc.subarray<Weekday>([0, 1, 2, 3, 4, 5, 6], { minLength: 1 });
const oneDay = fc.constantFrom<Weekday[]>(
  [0],
  [1],
  [2],
  [3],
  [4],
  [5],
  [6],
  [1, 2, 3, 4, 5],
  [0, 6],
  [0, 1, 2, 3, 4, 5, 6],
);
const nth = fc.constantFrom<NthDay>(1, 2, 3, 4, 5);
const interval = fc.integer({ min: 1, max: 12 });
const monthDay = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 31 }))
  .map(([month, day]) => ({ month, day: Math.min(day, new Date(Date.UTC(2024, month, 0)).getUTCDate()) }));

/** Patterns that Exchange and Dataverse share, except that years may have an interval. */
export const anyPattern: fc.Arbitrary<RecurrencePattern> = fc.oneof(
  interval.map((value) => ({ kind: 'daily' as const, interval: value })),
  fc.record(
    {
      kind: fc.constant('weekly' as const),
      interval,
      days,
      firstDay: fc.constantFrom<Weekday>(0, 1, 6),
    },
    { noNullPrototype: true },
  ),
  fc.record(
    { kind: fc.constant('monthly' as const), interval, day: fc.integer({ min: 1, max: 31 }) },
    { noNullPrototype: true },
  ),
  fc.record({ kind: fc.constant('monthlyNth' as const), interval, days: oneDay, nth }, { noNullPrototype: true }),
  fc.tuple(interval, monthDay).map(([value, at]) => ({ kind: 'yearly' as const, interval: value, ...at })),
  fc.record(
    {
      kind: fc.constant('yearlyNth' as const),
      interval,
      month: fc.integer({ min: 1, max: 12 }),
      days: oneDay,
      nth,
    },
    { noNullPrototype: true },
  ),
);

const date = fc
  .integer({ min: Date.UTC(2015, 0, 1) / 86_400_000, max: Date.UTC(2035, 0, 1) / 86_400_000 })
  .map((value) => new Date(value * 86_400_000).toISOString().slice(0, 10));

/** A recurrence with an end of any kind. */
export const anyRecurrence: fc.Arbitrary<Recurrence> = fc
  .tuple(anyPattern, date, fc.integer({ min: 0, max: 900 }), fc.integer({ min: 1, max: 60 }), fc.nat(2))
  .map(([pattern, startDate, length, count, kind]) => {
    const lastDate = new Date(Date.parse(startDate) + length * 86_400_000).toISOString().slice(0, 10);
    const ends: RecurrenceEnd[] = [{ kind: 'never' }, { kind: 'count', count }, { kind: 'until', lastDate }];
    return { pattern, startDate, end: ends[kind] ?? { kind: 'never' } };
  });
