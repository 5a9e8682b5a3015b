import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Recurrence } from '../../../src/contracts/recurrence.ts';
import { seriesDates } from '../../../src/formats/recurrence/expand-series.ts';
import { columnsFromRecurrence, recurrenceFromColumns } from '../../../src/formats/recurrence/recurrence-columns.ts';
import { recurrenceFromRrule } from '../../../src/formats/recurrence/recurrence-from-rrule.ts';
import { recurrenceToRrule } from '../../../src/formats/recurrence/recurrence-to-rrule.ts';
import { expandRecurrence } from '../../../testbed/exchange/calendar/expand-recurrence.ts';
import type { Pattern } from '../../../testbed/exchange/calendar/recurrence.ts';
import { anyRecurrence } from './support.ts';

describe('recurrence', () => {
  it('FM-R6: the columns of a recurring appointment say the same as the recurrence they came from', () => {
    fc.assert(
      fc.property(anyRecurrence, (recurrence) => {
        const found = recurrenceFromColumns(columnsFromRecurrence(recurrence), 'America/New_York');
        assert.deepEqual(found, { recurrence });
      }),
      { numRuns: 500 },
    );
  });

  it('FM-R6: a rule of iCalendar comes back as the recurrence it was written from', () => {
    fc.assert(
      fc.property(anyRecurrence, (recurrence) => {
        const rule = recurrenceToRrule(recurrence);
        const found = recurrenceFromRrule(rule, recurrence.startDate, 'UTC');
        assert.ok('recurrence' in found, `${rule}: ${'problem' in found ? found.problem : ''}`);
        assert.deepEqual(take(found.recurrence), take(recurrence), rule);
      }),
      { numRuns: 300 },
    );
  });

  it('FM-S6: dates are those of the simulated Exchange server, found another way', () => {
    fc.assert(
      fc.property(anyRecurrence, (recurrence) => {
        const theirs = theirsOf(recurrence);
        fc.pre(theirs !== undefined);
        const expected: string[] = [];
        for (const day of theirs ?? []) {
          expected.push(new Date(day * 86_400_000).toISOString().slice(0, 10));
          if (expected.length === 40) break;
        }
        assert.deepEqual(take(recurrence), expected, recurrenceToRrule(recurrence));
      }),
      { numRuns: 400 },
    );
  });

  it('FM-R6: whoever asks, and wherever from, dates are the same; those of a bad start are refused each time', () => {
    fc.assert(
      fc.property(anyRecurrence, fc.nat(600), (recurrence, at) => {
        const all = take(recurrence, at + 12);
        assert.deepEqual(take(recurrence, at + 12), all);
        const from = all[at];
        if (from !== undefined) assert.deepEqual(take(recurrence, 12, from), all.slice(at));
      }),
      { numRuns: 60 },
    );
    const wrong: Recurrence = {
      pattern: { kind: 'daily', interval: 1 },
      startDate: '2026-02-30x',
      end: { kind: 'never' },
    };
    for (let time = 0; time < 2; time += 1) assert.throws(() => take(wrong), RangeError);
  });

  it('FM-S6: what neither side can express is refused in a sentence that names it', () => {
    for (const [rule, words] of [
      ['FREQ=HOURLY', /HOURLY/],
      ['FREQ=YEARLY;BYWEEKNO=20', /BYWEEKNO/],
      ['FREQ=MONTHLY;BYMONTHDAY=1,15', /one day of the month/],
      ['FREQ=MONTHLY;BYMONTHDAY=31', /leaves out shorter months/],
      ['FREQ=MONTHLY;BYDAY=1MO,3MO', /cannot be expressed/],
      ['FREQ=MONTHLY;BYDAY=5MO', /first to fourth or the last/],
      ['FREQ=YEARLY;BYMONTH=1,6', /one month only/],
      ['FREQ=YEARLY;BYDAY=20MO', /name the month/],
      ['FREQ=DAILY;INTERVAL=2;BYDAY=MO', /every day/],
      ['RSCALE=HEBREW;FREQ=YEARLY', /RSCALE/],
    ] as const) {
      const found = recurrenceFromRrule(rule, '2026-03-02', 'UTC');
      assert.match('problem' in found ? found.problem : 'accepted', words, rule);
    }
    const weekly = columnsFromRecurrence({
      pattern: { kind: 'weekly', interval: 1, days: [1], firstDay: 0 },
      startDate: '2026-03-02',
      end: { kind: 'never' },
    });
    for (const [change, words] of [
      [{ isregenerate: true }, /tasks only/],
      [{ daysofweekmask: null }, /daysofweekmask/],
      [{ patternstartdate: null }, /patternstartdate/],
      [{ patternendtype: 2 }, /occurrences/],
      [{ patternendtype: 3, patternenddate: new Date('2026-01-01T00:00:00Z') }, /before patternstartdate/],
      [{ recurrencepatterntype: 3, monthofyear: 2, dayofmonth: 30 }, /never has a day 30/],
      [{ recurrencepatterntype: 2, isnthmonthly: true, instance: null }, /instance/],
    ] as const) {
      const found = recurrenceFromColumns({ ...weekly, ...change }, 'UTC');
      assert.match('problem' in found ? found.problem : 'accepted', words, JSON.stringify(change));
    }
  });

  it('FM-R6: a start that is no midnight UTC is the date on the clocks of the series', () => {
    const columns = columnsFromRecurrence({
      pattern: { kind: 'daily', interval: 1 },
      startDate: '2026-03-02',
      end: { kind: 'never' },
    });
    const dateIn = (zone: string, start: string): string => {
      const found = recurrenceFromColumns({ ...columns, patternstartdate: new Date(start) }, zone);
      return 'recurrence' in found ? found.recurrence.startDate : found.problem;
    };
    assert.equal(dateIn('Europe/Berlin', '2026-03-01T23:00:00Z'), '2026-03-02');
    assert.equal(dateIn('America/New_York', '2026-03-02T05:00:00Z'), '2026-03-02');
    assert.equal(dateIn('America/New_York', '2026-03-02T00:00:00Z'), '2026-03-02');
  });
});

function take(recurrence: Recurrence, count = 40, fromDate?: string): string[] {
  const dates: string[] = [];
  for (const date of seriesDates(recurrence, fromDate)) {
    dates.push(date);
    if (dates.length === count) break;
  }
  return dates;
}

/** The same in the words of the simulator; undefined for intervals of years, which Exchange does not know. */
function theirsOf({ pattern, startDate, end }: Recurrence): Iterable<number> | undefined {
  const last = (nth: number): number => (nth === 5 ? -1 : nth);
  const translated = ((): Pattern | undefined => {
    switch (pattern.kind) {
      case 'daily':
      case 'weekly':
        return pattern;
      case 'monthly':
        return { ...pattern, kind: 'monthlyByDate' };
      case 'monthlyNth':
        return { kind: 'monthlyByDay', interval: pattern.interval, days: pattern.days, index: last(pattern.nth) };
      case 'yearly':
        return pattern.interval > 1 ? undefined : { kind: 'yearlyByDate', month: pattern.month, day: pattern.day };
      case 'yearlyNth':
        return pattern.interval > 1
          ? undefined
          : { kind: 'yearlyByDay', month: pattern.month, days: pattern.days, index: last(pattern.nth) };
    }
  })();
  if (translated === undefined) return undefined;
  const range = {
    end: end.kind === 'until' ? end.lastDate : undefined,
    count: end.kind === 'count' ? end.count : undefined,
  };
  return expandRecurrence({ pattern: translated, start: startDate, ...range });
}
