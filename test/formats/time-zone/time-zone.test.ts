import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { expandSeries } from '../../../src/formats/recurrence/expand-series.ts';
import { addDays, daysBetween, momentOf, wallClockAt } from '../../../src/formats/time-zone/wall-clock.ts';
import { windowsZones } from '../../../src/formats/time-zone/windows-zones.ts';
import { ianaZone, isIanaZone, windowsZone } from '../../../src/formats/time-zone/zone-names.ts';
import { windowsZones as theirs } from '../../../testbed/exchange/calendar/windows-zones.ts';
import { anyRecurrence } from '../recurrence/support.ts';

/** Zones with all kinds of changes: north, south, by half an hour, at midnight, none. */
const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Asia/Kolkata',
  'Africa/Casablanca',
];

describe('time zones', () => {
  it('AA-12: each Windows name has a zone, and each zone of the runtime a Windows name', () => {
    for (const [name, zone] of Object.entries(theirs)) {
      const ours = ianaZone(name);
      assert.ok(ours !== undefined && isIanaZone(ours), name);
      const at = new Date('2024-07-01T12:00:00Z');
      assert.deepEqual(wallClockAt(at, ours), wallClockAt(at, zone), name);
    }
    const without = Intl.supportedValuesOf('timeZone').filter((zone) => windowsZone(zone) === undefined);
    assert.deepEqual(without, ['Antarctica/Troll']);
    assert.equal(windowsZone('Europe/Vienna'), 'W. Europe Standard Time');
    assert.equal(windowsZone('Asia/Kolkata'), 'India Standard Time');
    assert.equal(ianaZone('Europe/Vienna'), 'Europe/Vienna');
    assert.equal(ianaZone('tzone://Microsoft/Custom'), undefined);
  });

  it('AA-12: no zone stands under two Windows names', () => {
    const all = Object.values(windowsZones).flatMap((list) => list.split(' '));
    assert.equal(new Set(all).size, all.length);
  });

  it('AA-12: a skipped time moves forward, of a doubled time the first is meant', () => {
    const moment = (date: string, minutes: number, zone: string): string =>
      momentOf({ date, minutes }, zone).toISOString();
    assert.equal(moment('2026-03-29', 150, 'Europe/Berlin'), '2026-03-29T01:30:00.000Z');
    assert.equal(moment('2026-10-25', 150, 'Europe/Berlin'), '2026-10-25T00:30:00.000Z');
    assert.equal(moment('2026-09-06', 0, 'America/Santiago'), '2026-09-06T04:00:00.000Z');
    assert.equal(addDays('2026-02-27', 2), '2026-03-01');
    assert.equal(daysBetween('2026-03-01', '2026-02-27'), -2);
  });

  it('AA-12: occurrences keep their time by the clock over changes to and from summer time', () => {
    fc.assert(
      fc.property(
        anyRecurrence,
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 1439 }),
        (recurrence, zone, at) => {
          let count = 0;
          for (const one of expandSeries({ recurrence, zone, startMinutes: at, durationMinutes: 45 })) {
            const shown = wallClockAt(one.start, zone);
            if (shown.minutes !== at) {
              // Only a time that the clocks of that day skip is shown as another: by half an hour to an hour later.
              const skipped = (shown.minutes - at + 1440) % 1440;
              assert.ok(skipped === 30 || skipped === 60, `${zone} ${one.date} ${at} shown as ${shown.minutes}`);
              // Two hours earlier the clock showed more than two hours less: a change lies between.
              const earlier = wallClockAt(new Date(one.start.getTime() - 2 * 3_600_000), zone);
              assert.notEqual(earlier.minutes, shown.minutes - 120);
            } else assert.equal(shown.date, one.date);
            assert.equal(one.end.getTime() - one.start.getTime(), 45 * 60_000);
            count += 1;
            if (count === 60) break;
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('AA-12: a whole day never shifts: it begins and ends at midnight of its date in every zone', () => {
    fc.assert(
      fc.property(
        anyRecurrence,
        fc.constantFrom(...zones),
        fc.integer({ min: 1, max: 3 }),
        (recurrence, zone, days) => {
          let count = 0;
          for (const one of expandSeries({ recurrence, zone, startMinutes: 0, durationMinutes: days * 1440 })) {
            assert.equal(wallClockAt(one.start, zone).date, one.date);
            assert.equal(wallClockAt(one.end, zone).date, addDays(one.date, days));
            assert.equal(one.start.getTime(), momentOf({ date: one.date, minutes: 0 }, zone).getTime());
            count += 1;
            if (count === 60) break;
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
