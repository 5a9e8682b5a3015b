import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { expandRecurrence } from '../../../testbed/exchange/calendar/expand-recurrence.ts';
import { dayNames, indexNames, monthNames, readRecurrence } from '../../../testbed/exchange/calendar/recurrence.ts';
import { occurrencesOf } from '../../../testbed/exchange/calendar/series.ts';
import { offsetAt } from '../../../testbed/exchange/calendar/zone-offset.ts';
import { zoneRules } from '../../../testbed/exchange/calendar/zone-rules.ts';
import { recurrenceOf, ruleOf } from '../../../testbed/exchange/ics/ics-recurrence.ts';
import { readCalendar } from '../../../testbed/exchange/ics/read-calendar.ts';
import { writeCalendar } from '../../../testbed/exchange/ics/write-calendar.ts';
import { bareItem, emptyContent } from '../../../testbed/exchange/items/item-content.ts';
import { serverVersion } from '../../../testbed/exchange/store/server-version.ts';
import { World } from '../../../testbed/exchange/store/world.ts';
import { el, empty, type XmlNode } from '../../../testbed/exchange/xml/xml-node.ts';

const dayMs = 86_400_000;

function days(node: XmlNode, count = 10): string[] {
  const found: string[] = [];
  for (const day of expandRecurrence(readRecurrence(node))) {
    if (found.length === count) break;
    found.push(new Date(day * dayMs).toISOString().slice(0, 10));
  }
  return found;
}

function series(pattern: XmlNode, start: string, end?: string): XmlNode {
  const from = el('StartDate', start);
  return el('Recurrence', [
    pattern,
    end === undefined ? el('NoEndRecurrence', [from]) : el('EndDateRecurrence', [from, el('EndDate', end)]),
  ]);
}

describe('exchange simulator: days of a series', () => {
  const table: readonly (readonly [string, XmlNode, readonly string[]])[] = [
    [
      'each second day',
      series(el('DailyRecurrence', [el('Interval', 2)]), '2024-02-27', '2024-03-03'),
      ['2024-02-27', '2024-02-29', '2024-03-02'],
    ],
    [
      'each second week, weeks that begin on Monday',
      series(
        el('WeeklyRecurrence', [el('Interval', 2), el('DaysOfWeek', 'Sunday Tuesday'), el('FirstDayOfWeek', 'Monday')]),
        '2026-01-06',
        '2026-02-04',
      ),
      ['2026-01-06', '2026-01-11', '2026-01-20', '2026-01-25', '2026-02-03'],
    ],
    [
      'the same, weeks that begin on Sunday',
      series(
        el('WeeklyRecurrence', [el('Interval', 2), el('DaysOfWeek', 'Sunday Tuesday')]),
        '2026-01-06',
        '2026-02-04',
      ),
      ['2026-01-06', '2026-01-18', '2026-01-20', '2026-02-01', '2026-02-03'],
    ],
    [
      'the 31st, else the last day of the month',
      series(el('AbsoluteMonthlyRecurrence', [el('Interval', 1), el('DayOfMonth', 31)]), '2026-01-31', '2026-04-30'),
      ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30'],
    ],
    [
      'the last weekday of each third month',
      series(
        el('RelativeMonthlyRecurrence', [el('Interval', 3), el('DaysOfWeek', 'Weekday'), el('DayOfWeekIndex', 'Last')]),
        '2026-01-01',
        '2026-08-01',
      ),
      ['2026-01-30', '2026-04-30', '2026-07-31'],
    ],
    [
      '29 February',
      series(
        el('AbsoluteYearlyRecurrence', [el('DayOfMonth', 29), el('Month', 'February')]),
        '2024-02-29',
        '2026-12-31',
      ),
      ['2024-02-29', '2025-02-28', '2026-02-28'],
    ],
    [
      'the fourth Thursday of November',
      series(
        el('RelativeYearlyRecurrence', [
          el('DaysOfWeek', 'Thursday'),
          el('DayOfWeekIndex', 'Fourth'),
          el('Month', 'November'),
        ]),
        '2025-01-01',
        '2027-12-31',
      ),
      ['2025-11-27', '2026-11-26', '2027-11-25'],
    ],
  ];
  for (const [name, node, wanted] of table) test(name, () => assert.deepEqual(days(node), wanted));

  test('what has no day ends', () => {
    const never = series(
      el('RelativeYearlyRecurrence', [el('DaysOfWeek', ''), el('DayOfWeekIndex', 'First'), el('Month', 'May')]),
      '2025-01-01',
    );
    assert.deepEqual(days(never), []);
  });
});

/** Patterns that a rule of iCalendar can say. */
const pattern: fc.Arbitrary<XmlNode> = fc
  .record({
    kind: fc.nat({ max: 5 }),
    interval: fc.integer({ min: 1, max: 4 }),
    day: fc.integer({ min: 1, max: 28 }),
    month: fc.constantFrom(...monthNames),
    weekday: fc.constantFrom(...dayNames, 'Weekday', 'Day', 'WeekendDay'),
    weekdays: fc.uniqueArray(fc.constantFrom(...dayNames), { minLength: 1 }),
    first: fc.constantFrom(...dayNames),
    index: fc.constantFrom(...indexNames),
  })
  .map(({ kind, interval, day, month, weekday, weekdays, first, index }) => {
    const each = el('Interval', interval);
    const nth = [el('DaysOfWeek', weekday), el('DayOfWeekIndex', index)];
    const all = [
      el('DailyRecurrence', [each]),
      el('WeeklyRecurrence', [each, el('DaysOfWeek', weekdays.join(' ')), el('FirstDayOfWeek', first)]),
      el('AbsoluteMonthlyRecurrence', [each, el('DayOfMonth', day)]),
      el('RelativeMonthlyRecurrence', [each, ...nth]),
      el('AbsoluteYearlyRecurrence', [el('DayOfMonth', day), el('Month', month)]),
      el('RelativeYearlyRecurrence', [...nth, el('Month', month)]),
    ];
    return all[kind] ?? el('DailyRecurrence', [each]);
  });

describe('exchange simulator: iCalendar', () => {
  test('a rule says the days of the pattern', () => {
    fc.assert(
      fc.property(pattern, fc.integer({ min: 1, max: 20 }), (one, count) => {
        const node = el('Recurrence', [
          one,
          el('NumberedRecurrence', [el('StartDate', '2026-01-05'), el('NumberOfOccurrences', count)]),
        ]);
        const again = recurrenceOf(
          ruleOf(node, (date) => date),
          '2026-01-05',
        );
        assert.ok(again);
        assert.deepEqual(days(again, 30), days(node, 30));
      }),
    );
  });

  test('a series with a moved and a deleted occurrence comes back from its calendar object', () => {
    const world = new World(serverVersion('ExchangeSE'), () => 0);
    const owner = world.addAccount({ address: 'a@x.example', password: 'x' });
    const zones = fc.constantFrom(
      'W. Europe Standard Time',
      'Pacific Standard Time',
      'UTC',
      'India Standard Time',
      'Nepal Standard Time',
    );
    fc.assert(
      fc.property(pattern, zones, fc.boolean(), fc.string(), (one, zone, isHtml, words) => {
        const content = emptyContent();
        const put = (node: XmlNode): void => void content.properties.set(node.name, node);
        put(el('UID', 'u1'));
        put(el('Start', '2026-01-05T09:00:00Z'));
        put(el('End', '2026-01-05T10:00:00Z'));
        put(empty('StartTimeZone', { Id: zone }));
        put(el('Location', words));
        put(
          el('Recurrence', [
            one,
            el('NumberedRecurrence', [el('StartDate', '2026-01-05'), el('NumberOfOccurrences', 6)]),
          ]),
        );
        const text = words.replace(/[\r\n]+/g, ' ');
        content.body = { type: isHtml ? 'HTML' : 'Text', text };
        const [, second, third] = [...occurrencesOf(content)];
        if (second === undefined || third === undefined) return;
        content.occurrences.set(third.original, 'deleted');
        const moved = new Map([['Start', el('Start', new Date(second.start + 3_600_000).toISOString())]]);
        content.occurrences.set(second.original, {
          properties: moved,
          extended: new Map(),
          subject: 'moved',
          body: undefined,
        });
        const item = { ...bareItem('CalendarItem', 0), subject: words };
        const read = readCalendar(writeCalendar(item, content, { method: 'REQUEST', owner, now: 0 }), 'UTC');
        const master = read?.events.find(({ recurrenceId }) => recurrenceId === undefined);
        const exception = read?.events.find(({ recurrenceId }) => recurrenceId !== undefined);
        assert.ok(master && exception);
        assert.equal(read?.method, 'REQUEST');
        assert.equal(master.subject?.replace(/\r\n/g, ' '), words.replace(/[\r\n]+/g, ' ').replace(/\r/g, ' '));
        assert.equal(master.properties.get('Start')?.text, '2026-01-05T09:00:00Z');
        assert.deepEqual(master.deleted, [third.original]);
        assert.equal(exception.recurrenceId, second.original);
        const back = { ...emptyContent(), properties: master.properties };
        const starts = (from: typeof content): number[] =>
          [...occurrencesOf({ ...from, occurrences: new Map() })].map(({ start }) => start);
        assert.deepEqual(starts(back), starts(content));
      }),
      { numRuns: 60 },
    );
  });

  test('a zone that is only described is found by its offsets', () => {
    const text = [
      'BEGIN:VCALENDAR',
      'BEGIN:VTIMEZONE',
      'TZID:Own Zone',
      'BEGIN:STANDARD',
      'DTSTART:16010101T030000',
      'TZOFFSETFROM:+0200',
      'TZOFFSETTO:+0100',
      'END:STANDARD',
      'BEGIN:DAYLIGHT',
      'DTSTART:16010101T020000',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0200',
      'END:DAYLIGHT',
      'END:VTIMEZONE',
      'BEGIN:VEVENT',
      'UID:z1',
      'DTSTART;TZID=Own Zone:20260716T090000',
      'DURATION:PT1H30M',
      'SUMMARY:folded',
      '  line',
      'END:VEVENT',
      'END:VCALENDAR',
    ].join('\r\n');
    const event = readCalendar(text, 'UTC')?.events[0];
    assert.equal(event?.properties.get('Start')?.text, '2026-07-16T07:00:00Z');
    assert.equal(event?.properties.get('End')?.text, '2026-07-16T08:30:00Z');
    assert.equal(event?.subject, 'folded line');
  });

  test('the rules of a zone are those of its clocks', () => {
    assert.deepEqual(zoneRules('Europe/Berlin', 2026), {
      standard: 60,
      daylight: 120,
      toDaylight: { month: 3, dayOfWeek: 0, occurrence: -1, minutes: 120, offset: 120 },
      toStandard: { month: 10, dayOfWeek: 0, occurrence: -1, minutes: 180, offset: 60 },
    });
    assert.equal(zoneRules('Asia/Kolkata', 2026).daylight, undefined);
    assert.equal(zoneRules('America/New_York', 2026).toDaylight?.occurrence, 2);
    assert.equal(offsetAt('Asia/Kathmandu', 0), 5.5 * 3_600_000);
  });
});
