import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { effectiveStart, type StartDateFacts } from '../../../src/pipelines/incoming/start-date.ts';

const day = (number: number): Date => new Date(Date.UTC(2026, 0, number));

const facts = (given: Partial<StartDateFacts>): StartDateFacts => ({
  profileid: 'p',
  profileDate: undefined,
  mailboxDate: undefined,
  floor: undefined,
  enabledOn: day(10),
  ...given,
});

const cases: readonly (readonly [string, Partial<StartDateFacts>, Date])[] = [
  ['IN-06: without any date, when the mailbox was enabled', {}, day(10)],
  ['EP-16: the later of both, the profile’s', { profileDate: day(5), mailboxDate: day(3) }, day(5)],
  ['EP-16: the later of both, the mailbox’s', { profileDate: day(3), mailboxDate: day(5) }, day(5)],
  ['EP-16: a date may lie before the mailbox was enabled', { mailboxDate: day(1) }, day(1)],
  [
    'EP-16: lowered on the profile, it stays for mailboxes that had it',
    { profileDate: day(2), floor: { profileid: 'p', on: day(5) } },
    day(5),
  ],
  [
    'EP-16: raised on the profile, it holds for all',
    { profileDate: day(8), floor: { profileid: 'p', on: day(5) } },
    day(8),
  ],
  [
    'EP-16: a mailbox that joins another profile takes its date',
    { profileDate: day(2), floor: { profileid: 'q', on: day(5) } },
    day(2),
  ],
];
for (const [title, given, expected] of cases) {
  test(title, () => assert.deepEqual(effectiveStart(facts(given)).startOn, expected));
}

test('EP-16: whatever is done to the date of a profile, the start of a mailbox that stays with it never goes back', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({ min: 1, max: 28 }), { nil: undefined }), { minLength: 1 }), (dates) => {
      let floor: StartDateFacts['floor'];
      let before = 0;
      for (const date of dates) {
        const profileDate = date === undefined ? undefined : day(date);
        const { startOn, floorOn } = effectiveStart(facts({ profileDate, floor, mailboxDate: day(1) }));
        assert.ok(startOn.getTime() >= before);
        before = startOn.getTime();
        if (floorOn !== undefined) floor = { profileid: 'p', on: floorOn };
      }
    }),
  );
});
