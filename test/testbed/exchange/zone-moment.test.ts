import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { momentAt } from '../../../testbed/exchange/calendar/zone-moment.ts';

const zones = ['UTC', 'America/Santiago', 'America/New_York', 'Europe/Berlin', 'Asia/Beirut', 'Australia/Lord_Howe'];
const minuteMs = 60_000;

it('RFC 5545, 3.3.5: a local time is the moment that clocks show it first, one that they skip lies after the gap', () => {
  const expected = (zone: string, local: number): number =>
    Temporal.Instant.fromEpochMilliseconds(local).toZonedDateTimeISO('UTC').toPlainDateTime().toZonedDateTime(zone)
      .epochMilliseconds;
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.integer({ min: Date.UTC(2010) / minuteMs, max: Date.UTC(2036) / minuteMs }),
      (zone, minutes) => assert.equal(momentAt(zone, minutes * minuteMs), expected(zone, minutes * minuteMs)),
    ),
    { numRuns: 500 },
  );
  // Every quarter of an hour of the days on which clocks are put forward and back.
  for (const zone of zones)
    for (const day of [
      '2021-04-04',
      '2021-09-05',
      '2021-03-14',
      '2021-11-07',
      '2021-03-28',
      '2021-10-31',
      '2021-10-03',
    ])
      for (let minutes = -120; minutes < 1440; minutes += 15) {
        const local = Date.parse(day) + minutes * minuteMs;
        assert.equal(momentAt(zone, local), expected(zone, local), `${zone} ${day} ${minutes}`);
      }
});
