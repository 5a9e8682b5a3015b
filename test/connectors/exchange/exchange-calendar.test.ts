import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { asMailroomError } from '../../../src/base/errors.ts';
import type { FieldBag, FieldValue } from '../../../src/contracts/act-fields.ts';
import type { Recurrence } from '../../../src/contracts/recurrence.ts';
import { deletedOccurrence, plainOccurrence, type SeriesException } from '../../../src/contracts/series-fields.ts';
import { seriesDates } from '../../../src/formats/recurrence/expand-series.ts';
import { sharedPatternProblem } from '../../../src/formats/recurrence/shared-pattern-problem.ts';
import { ianaZone, windowsZone } from '../../../src/formats/time-zone/zone-names.ts';
import { anyRecurrence } from '../../formats/recurrence/support.ts';
import { whyNoSchemaCheck } from '../../testbed/exchange/support/schema-check.ts';
import { CalendarScene, type CalendarUser, quiet } from './calendar-scene.ts';

const [ada, bob] = ['ada@cal.example', 'bob@cal.example'] as const;
const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Santiago', 'Asia/Calcutta'];

const meeting: FieldBag = {
  subject: 'Plan',
  body: 'One\nTwo <b>',
  location: 'Room & board',
  importance: 'high',
  showAs: 'oof',
  time: { start: '2027-03-01T09:00:00.000Z', end: '2027-03-01T10:00:00.000Z', isAllDay: false, zone: 'Europe/Berlin' },
  requiredAttendees: [{ address: bob, name: null }],
  optionalAttendees: [{ address: 'zoe@else.example', name: null }],
};

const { time: _time, ...untimed } = meeting;

const weekly: FieldBag = {
  ...untimed,
  requiredAttendees: [],
  optionalAttendees: [],
  recurrence: {
    pattern: { kind: 'weekly', interval: 1, days: [1, 3], firstDay: 1 },
    startDate: '2027-03-01',
    end: { kind: 'count', count: 10 },
    zone: 'Europe/Berlin',
    startMinutes: 540,
    durationMinutes: 60,
    isAllDay: false,
  },
  exceptions: [],
};

describe('calendar items over EWS', () => {
  let scene: CalendarScene;
  let [user, guest]: CalendarUser[] = [];
  const at = (): CalendarUser => {
    assert.ok(user);
    return user;
  };
  before(async () => {
    scene = await CalendarScene.open([ada, bob]);
    [user, guest] = scene.users;
  });
  after(() => scene.close());

  it('FM-A1, FM-A3, FM-A4, FM-A5, FM-A6, FM-A7, FM-A9, FM-A10, FM-A11: every field of an appointment comes back as it was written, alone too', async () => {
    const made = await at().make('appointment', meeting);
    const back = await at().read(made.id);
    assertFields(back.fields, { ...meeting, organizer: { address: ada, name: null } });
    assert.equal(back.kind, 'appointment');
    assert.equal(back.isOrganizer, true);
    assert.ok(back.meetingId);
    const found = await at().port.findByMeeting(back.meetingId, quiet);
    assert.deepEqual(
      found.map(({ id }) => id),
      [made.id],
    );
    let seen = made;
    const others: FieldBag = {
      subject: 'Other',
      body: null,
      location: null,
      importance: 'low',
      showAs: 'free',
      time: { start: '2027-07-01', end: '2027-07-03', isAllDay: true, zone: 'America/New_York' },
      requiredAttendees: [],
      optionalAttendees: [],
    };
    for (const [field, value] of Object.entries(others)) {
      seen = await at().change(seen, 'appointment', { [field]: value });
      assert.deepEqual((await at().read(made.id)).fields[field], value, field);
    }
    for (const [field, value] of Object.entries(meeting)) {
      seen = await at().change(seen, 'appointment', { [field]: value });
      assert.deepEqual((await at().read(made.id)).fields[field], value, field);
    }
  });

  it('PAIN-20, AA-12: an all-day event keeps its days in every zone, with and without summer time', async () => {
    for (const zone of [...zones, 'Pacific/Kiritimati', 'Etc/GMT+12'])
      for (const start of ['2027-03-28', '2027-07-01', '2027-10-31', '2027-12-31']) {
        const end = new Date(Date.parse(start) + 86_400_000).toISOString().slice(0, 10);
        const time = { start, end, isAllDay: true, zone };
        const made = await at().make('appointment', { subject: zone, time });
        assert.deepEqual((await at().read(made.id)).fields.time, time);
      }
  });

  it('AA-05: a reminder is written in minutes, and none is written as none', async () => {
    const made = await at().make('appointment', meeting, 'nobody', new Date('2027-03-01T08:30:00Z'));
    const stored = (id: string) => scene.server.account(ada).mailbox.items.get(id)?.content;
    const content = stored(made.id);
    assert.ok(content !== undefined && 'properties' in content);
    assert.equal(content.properties.get('ReminderMinutesBeforeStart')?.text, '30');
    await at().port.update(made, { kind: 'appointment', fields: {}, notify: 'nobody', remindOn: null }, quiet);
    const later = stored(made.id);
    assert.ok(later !== undefined && 'properties' in later);
    assert.equal(later.properties.get('ReminderIsSet')?.text, 'false');
  });

  it('FM-R6: every pattern that both sides have comes back as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyRecurrence,
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 1380 }),
        fc.boolean(),
        async (given, zone, startMinutes, isAllDay) => {
          fc.pre(sharedPatternProblem(given) === undefined);
          const [first] = seriesDates(given);
          fc.pre(first !== undefined);
          // Where summer time begins at that moment the first start is none: both sides take the hour after it.
          fc.pre(isAllDay || existsIn(zone, first ?? '', startMinutes));
          const recurrence = {
            ...given,
            startDate: first ?? given.startDate,
            zone,
            startMinutes: isAllDay ? 0 : startMinutes,
            durationMinutes: isAllDay ? 1440 : 50,
            isAllDay,
          };
          const made = await at().make('series', { ...weekly, recurrence });
          const back = await at().read(made.id);
          assert.equal(back.refusal, undefined);
          const shown = { ...recurrence, zone: ianaZone(windowsZone(zone) ?? '') };
          assert.deepEqual(back.fields.recurrence, shown);
        },
      ),
      {
        numRuns: 80,
        // Where summer time begins at midnight a day ends, or begins, at a midnight that is none.
        examples: ([6, 0] as const).map((day): [Recurrence, string, number, boolean] => [
          {
            pattern: { kind: 'monthlyNth', interval: 1, days: [day], nth: 1 },
            startDate: '2021-09-04',
            end: { kind: 'never' },
          },
          'America/Santiago',
          0,
          true,
        ]),
      },
    );
  });

  it('FM-S6: a pattern that Exchange does not have is refused in a sentence', () => {
    const end = { kind: 'never' } as const;
    for (const [pattern, words] of [
      [{ kind: 'yearly', interval: 2, month: 1, day: 1 }, /every 2 years/],
      [{ kind: 'weekly', interval: 100, days: [1], firstDay: 0 }, /at most every 99/],
      [{ kind: 'monthlyNth', interval: 1, days: [1, 2], nth: 1 }, /not of these days/],
    ] as const)
      assert.match(sharedPatternProblem({ pattern, startDate: '2027-01-01', end }) ?? 'accepted', words);
  });

  it('AA-30: changed and deleted occurrences go and come with their series', async () => {
    const made = await at().make('series', weekly);
    const exceptions: SeriesException[] = [
      deletedOccurrence('2027-03-03'),
      {
        ...plainOccurrence('2027-03-08'),
        subject: 'Later',
        start: '2027-03-08T12:00:00.000Z',
        end: '2027-03-08T13:30:00.000Z',
      },
      { ...plainOccurrence('2027-03-31'), location: 'Elsewhere', showAs: 'tentative', body: 'Own' },
    ];
    const seen = await at().change(made, 'series', { exceptions: exceptions as unknown as FieldValue });
    assert.deepEqual((await at().read(made.id)).fields.exceptions, exceptions);
    const again = await at().change(seen, 'series', { exceptions: exceptions as unknown as FieldValue });
    assert.equal(again.changeKey, seen.changeKey, 'a repeat writes nothing');
    const fewer = exceptions.slice(1, 2);
    await at().change(again, 'series', { exceptions: fewer as unknown as FieldValue });
    assert.deepEqual((await at().read(made.id)).fields.exceptions, fewer);
  });

  it('AA-30: random exceptions of whole-day and timed series come back as they were written', async () => {
    const text = fc.constantFrom(null, 'A', 'B & C');
    const change = fc.record({ kind: fc.nat(3), subject: text, location: text, shift: fc.integer({ min: 1, max: 3 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...zones),
        fc.boolean(),
        fc.array(fc.array(change, { minLength: 10, maxLength: 10 }), { minLength: 1, maxLength: 3 }),
        async (zone, isAllDay, rounds) => {
          const recurrence = {
            ...(weekly.recurrence as object),
            zone,
            isAllDay,
            startMinutes: isAllDay ? 0 : 600,
            durationMinutes: isAllDay ? 1440 : 60,
          } as FieldValue;
          let seen = await at().make('series', { ...weekly, recurrence });
          const dates = [...seriesDates(recurrence as never)];
          for (const round of rounds) {
            const exceptions = dates.flatMap((date, index): SeriesException[] => {
              const { kind, subject, location, shift } = round[index] ?? {
                kind: 0,
                subject: null,
                location: null,
                shift: 1,
              };
              if (kind === 0) return [];
              if (kind === 1) return [deletedOccurrence(date)];
              const span = kind === 2 ? movedSpan(date, shift, isAllDay) : { start: null, end: null };
              const one = { ...plainOccurrence(date), subject, location, ...span };
              return subject === null && location === null && span.start === null ? [] : [one];
            });
            seen = await at().change(seen, 'series', { exceptions: exceptions as unknown as FieldValue });
            assert.deepEqual((await at().read(seen.id)).fields.exceptions, exceptions);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it('AA-06, AA-17: attendees are mailed when asked for and not otherwise', async () => {
    assert.ok(guest);
    const inbox = () => scene.server.account(bob).mailbox.folderNamed('inbox').total;
    const before = inbox();
    let seen = await at().make('appointment', meeting, 'nobody');
    seen = await at().change(seen, 'appointment', { subject: 'Quiet' }, 'nobody');
    assert.equal(inbox(), before);
    seen = await at().change(seen, 'appointment', { subject: 'Loud' }, 'attendees');
    assert.equal(inbox(), before + 1);
    const { meetingId } = await at().read(seen.id);
    const [theirs] = await guest.port.findByMeeting(meetingId ?? '', quiet);
    assert.ok(theirs);
    const read = await guest.read(theirs.id);
    assert.equal(read.isOrganizer, false);
    assert.deepEqual(read.fields.organizer, { address: ada, name: null });
    seen = { ...seen, changeKey: (await at().read(seen.id)).changeKey };
    await at().port.remove(seen, 'nobody', quiet);
    assert.equal(inbox(), before + 1);
    const other = await at().make('appointment', meeting, 'attendees');
    assert.equal(inbox(), before + 2);
    await at().port.remove(await at().read(other.id), 'attendees', quiet);
    assert.equal(inbox(), before + 3);
  });

  it('AC-09: occurrences of a series that changed meanwhile are not written', async () => {
    const made = await at().make('series', weekly);
    await at().change(made, 'series', { subject: 'Meanwhile' });
    const exceptions = [deletedOccurrence('2027-03-03')] as unknown as FieldValue;
    await assert.rejects(
      at().change(made, 'series', { exceptions }),
      (thrown) => asMailroomError(thrown).kind === 'conflict',
    );
    assert.deepEqual((await at().read(made.id)).fields.exceptions, []);
  });

  it('every request is as the schema of Exchange has it', { skip: whyNoSchemaCheck() ?? false }, async () => {
    assert.equal(await scene.schemaProblems(), '');
  });
});

function assertFields(found: FieldBag, expected: FieldBag): void {
  for (const [field, value] of Object.entries(expected)) assert.deepEqual(found[field], value, field);
}

/** A time that no other occurrence of the series has. */
function movedSpan(date: string, shift: number, isAllDay: boolean): { start: string; end: string } {
  if (isAllDay) {
    const day = (add: number): string => new Date(Date.parse(date) + add * 86_400_000).toISOString().slice(0, 10);
    return { start: day(0), end: day(1 + shift) };
  }
  return { start: `${date}T2${shift}:00:00.000Z`, end: `${date}T2${shift}:30:00.000Z` };
}

/** Whether the clocks of a zone show this moment on that day. */
function existsIn(zone: string, date: string, minutes: number): boolean {
  const shown = Temporal.PlainDate.from(date).toPlainDateTime().add({ minutes });
  return shown.toZonedDateTime(zone).toPlainDateTime().equals(shown);
}
