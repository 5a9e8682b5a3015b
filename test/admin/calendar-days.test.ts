import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  addDays,
  dayOf,
  minutesOf,
  monthOf,
  nextMonth,
  startOf,
  weekOf,
} from '../../admin/views/activities/calendar-days.ts';
import { byDay, type CalendarEvent, slotsOf } from '../../admin/views/activities/calendar-events.ts';

const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia'];
const anyDay = fc.integer({ min: 0, max: 20_000 }).map((days) => addDays('1990-01-01', days));

function event(id: string, start: string, end: string, isAllDay = false): CalendarEvent {
  return {
    id,
    kind: 'appointment',
    title: id,
    start: new Date(start),
    end: new Date(end),
    isAllDay,
    isCanceled: false,
    location: '',
  };
}

describe('the days of the calendar', () => {
  test('a day begins at the first moment that bears its date, in every zone and over changes of the clock', () => {
    fc.assert(
      fc.property(anyDay, fc.constantFrom(...zones), (day, zone) => {
        const start = startOf(day, zone);
        // Samoa left out 30 December 2011: the day that is not there begins with the next.
        if (zone === 'Pacific/Apia' && day === '2011-12-30') return;
        assert.equal(dayOf(start, zone), day);
        assert.ok(dayOf(new Date(start.getTime() - 1), zone) < day);
        assert.equal(minutesOf(start, zone), 0);
      }),
      { numRuns: 300 },
    );
  });

  test('a month is shown in whole weeks that hold all of its days', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 0, max: 6 }), (day, firstWeekday) => {
        const days = monthOf(day, firstWeekday);
        assert.equal(days.length % 7, 0);
        assert.equal(new Date(days[0] ?? '').getUTCDay(), firstWeekday);
        assert.ok(days.includes(`${day.slice(0, 7)}-01`) && days.includes(addDays(nextMonth(day, 1), -1)));
        assert.ok(weekOf(day, firstWeekday).every((one) => days.includes(one)));
      }),
      { numRuns: 200 },
    );
  });
});

describe('the events of the calendar', () => {
  const days = weekOf('2026-03-25', 1);
  const ids = (found: ReadonlyMap<string, readonly CalendarEvent[]>, day: string) =>
    found.get(day)?.map(({ id }) => id);

  test('a whole day shows on its own date wherever one is; what ends at midnight does not show on the next day', () => {
    const events = [
      event('late', '2026-03-26T22:00:00Z', '2026-03-26T23:00:00Z'),
      event('fair', '2026-03-25T00:00:00Z', '2026-03-27T00:00:00Z', true),
    ];
    for (const zone of ['Pacific/Honolulu', 'Europe/Berlin', 'Pacific/Auckland']) {
      const found = byDay(events, days, zone);
      assert.deepEqual(
        days.filter((day) => ids(found, day)?.includes('fair')),
        ['2026-03-25', '2026-03-26'],
        zone,
      );
    }
    assert.deepEqual(ids(byDay(events, days, 'Europe/Berlin'), '2026-03-26'), ['fair', 'late']);
    assert.deepEqual(ids(byDay(events, days, 'Europe/Berlin'), '2026-03-27'), []);
  });

  test('events at the same time never cover each other', () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    fc.assert(
      fc.property(fc.array(fc.tuple(minute, fc.integer({ min: 0, max: 300 })), { maxLength: 12 }), (times) => {
        const base = Date.parse('2026-03-25');
        const events = times.map(([from, length], index) => {
          const at = (minutes: number): string => new Date(base + minutes * 60_000).toISOString();
          return event(String(index), at(from), at(Math.min(1440, from + length)));
        });
        const slots = slotsOf('2026-03-25', events, 'UTC');
        assert.equal(slots.length, events.length);
        for (const one of slots)
          for (const other of slots) {
            if (one === other || one.to <= other.from || other.to <= one.from) continue;
            assert.equal(one.lanes, other.lanes);
            assert.notEqual(one.lane, other.lane);
          }
      }),
      { numRuns: 200 },
    );
  });
});
