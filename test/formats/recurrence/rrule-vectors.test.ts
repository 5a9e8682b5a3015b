import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { expandRrule } from '../../../src/formats/recurrence/expand-rrule.ts';

interface Vector {
  readonly name: string;
  readonly dtstart: string;
  readonly rrule: string;
  readonly expect: readonly string[];
  readonly dateutil: string;
  readonly tz?: string;
  readonly prefixOnly?: boolean;
}

const file = new URL('../../../../shared/corpora/ical/rrule-vectors.json', import.meta.url);

describe('expandRrule', () => {
  const skip = existsSync(file) ? false : 'the corpus of rules is not here';
  it('RFC 5545 3.3.10: gives what two other expanders agree on', { skip }, () => {
    const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vector[];
    const agreed = vectors.filter(({ dateutil }) => dateutil === 'agree');
    assert.ok(agreed.length > 150, `${agreed.length} vectors`);
    for (const vector of agreed) check(vector);
  });

  it('RFC 5545 3.3.10: own vectors: week numbers, ends, days that never come', () => {
    const start = { dtstart: '20260105T090000', dateutil: 'agree' };
    const own: Vector[] = [
      {
        ...start,
        name: 'the days of week 53',
        rrule: 'FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO,FR;COUNT=2',
        expect: ['20261228T090000', '20270101T090000'],
      },
      {
        ...start,
        name: 'an end on the clocks of the series',
        rrule: 'FREQ=DAILY;UNTIL=20260107T090000',
        tz: 'Europe/Berlin',
        expect: ['20260105T080000', '20260106T080000', '20260107T080000'],
      },
      { ...start, name: 'the 31st of February', rrule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31', expect: [] },
      {
        ...start,
        name: 'the last weekday of a month',
        rrule: 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3',
        expect: ['20260130T090000', '20260227T090000', '20260331T090000'],
      },
    ];
    for (const vector of own) check(vector);
  });
});

function check({ name, dtstart, rrule, expect, tz, prefixOnly }: Vector): void {
  const found: string[] = [];
  const wanted = expect.map(asLocal);
  const most = wanted.length + (prefixOnly === true ? 0 : 1);
  if (most > 0)
    for (const moment of expandRrule(rrule, { local: asLocal(dtstart), zone: tz ?? 'UTC' })) {
      found.push(moment.toISOString().slice(0, 19));
      if (found.length >= most) break;
    }
  assert.deepEqual(found, wanted, `${name}: ${dtstart} ${rrule}`);
}

function asLocal(text: string): string {
  const part = (from: number, to: number): string => text.slice(from, to) || '00';
  return `${text.slice(0, 4)}-${part(4, 6)}-${part(6, 8)}T${part(9, 11)}:${part(11, 13)}:${part(13, 15)}`;
}
