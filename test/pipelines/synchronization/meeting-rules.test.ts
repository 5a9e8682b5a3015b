import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FieldBag, FieldValue } from '../../../src/contracts/act-fields.ts';
import type { ActItem } from '../../../src/contracts/act-item.ts';
import { deletedOccurrence } from '../../../src/contracts/series-fields.ts';
import type { ActUser, NearRecord, RecordFacts } from '../../../src/pipelines/synchronization/act-type.ts';
import { appointmentType } from '../../../src/pipelines/synchronization/map-appointment.ts';
import { seriesType } from '../../../src/pipelines/synchronization/map-series.ts';
import { showAsOfStatus, statusOfShowAs } from '../../../src/pipelines/synchronization/meeting-rules.ts';
import { organizationSettings } from '../../../src/store/organization-settings.ts';

const ada = { systemuserid: '00000000-0000-4000-8000-0000000000a1', address: 'ada@x.example' };

function user(switches: Readonly<Record<string, boolean>> = {}): ActUser {
  const xml = Object.entries(switches).map(([name, value]) => `<${name}>${value}</${name}>`);
  const settings = organizationSettings({ orgdborgsettings: `<OrgSettings>${xml.join('')}</OrgSettings>` });
  const now = new Date('2026-06-15T12:00:00Z');
  return { ...ada, timeZone: 'Europe/Berlin', settings, now, synchronizesCompany: true, startsFrom: undefined };
}

const facts = (change: Partial<RecordFacts> = {}): RecordFacts => ({
  isOwner: true,
  isClosed: false,
  isOrganizer: true,
  startsOn: '2026-07-01T09:00:00.000Z',
  endsOn: '2026-07-01T10:00:00.000Z',
  ...change,
});

const bob = [{ address: 'bob@x.example', name: null }];

const record = (change: Partial<RecordFacts> = {}, fields: FieldBag = {}): NearRecord => ({
  id: '00000000-0000-4000-8000-0000000000b1',
  versionnumber: 1n,
  modifiedOn: new Date(0),
  title: 'Plan',
  fields: { requiredAttendees: bob, optionalAttendees: [], showAs: 'busy', ...fields },
  facts: facts(change),
});

const past = { startsOn: '2026-06-01T09:00:00.000Z', endsOn: '2026-06-01T10:00:00.000Z' };
const item = (change: Partial<ActItem> = {}): ActItem => ({
  id: 'i',
  changeKey: 'k',
  marks: { byApp: true, byCategory: false },
  stamp: undefined,
  kind: 'appointment',
  modifiedOn: new Date(0),
  title: 'Plan',
  fields: { organizer: { address: 'ada@x.example', name: null } },
  isOrganizer: true,
  ...change,
});

describe('rules of appointments', () => {
  it('AA-06, AA-07: attendees are told of real changes by the organizer and of nothing else', () => {
    const tell = (changed: readonly string[], change: Partial<RecordFacts> = {}, fields: FieldBag = {}) =>
      appointmentType.notifies(changed, record(change, fields), user());
    for (const name of [
      ...['subject', 'body', 'location', 'time', 'requiredAttendees', 'optionalAttendees', 'organizer', 'showAs'],
      ...['importance', 'recurrence', 'exceptions'],
    ])
      assert.equal(tell([name]), 'attendees', name);
    assert.equal(tell(['meetingId', 'responses']), 'nobody');
    assert.equal(tell(['subject'], { isOrganizer: false }), 'nobody');
    assert.equal(tell(['subject'], past), 'nobody');
    assert.equal(tell(['subject'], {}, { requiredAttendees: [] }), 'nobody');
    assert.equal(tell(['requiredAttendees'], {}, { requiredAttendees: [] }), 'attendees', 'who was taken off is told');
  });

  it('AA-13: a meeting that is over is changed without mail unless the organisation wants it', () => {
    const loud = user({ SSSUpdatePastMeetingsInNonDraftMode: true });
    assert.equal(appointmentType.notifies(['subject'], record(past), loud), 'attendees');
    assert.equal(appointmentType.notifies(['subject'], record(past), user()), 'nobody');
  });

  it('AA-15, AA-17, AA-50 to AA-54, AA-59: which deletions here reach the calendar', () => {
    const original = user({ DistinctPhysicalAndLogicalDeletesForExchangeSync: false });
    const may = (kind: 'physical' | 'logical', change: Partial<RecordFacts>, who = user()) =>
      appointmentType.mayDeleteItem({ kind, facts: facts(change), agreed: {}, user: who });
    assert.equal(may('physical', {}), true, 'AA-50');
    assert.equal(may('physical', past), false, 'AA-51');
    assert.equal(may('physical', { isOrganizer: false }), false, 'AA-52');
    assert.equal(may('logical', {}), false, 'AA-53, AA-16');
    assert.equal(may('logical', {}, original), true, 'AA-59');
    assert.equal(may('logical', past, original), false);
    assert.equal(
      seriesType.mayDeleteItem({ kind: 'physical', facts: facts({ endsOn: null }), agreed: {}, user: user() }),
      true,
    );
  });

  it('AA-39, AA-40, AA-55 to AA-58: which deletions in the calendar reach the record', () => {
    const may = (change: Partial<RecordFacts>, type = appointmentType) =>
      type.mayDeleteRecord({ facts: facts(change), agreed: {}, user: user() });
    assert.equal(may({}), true, 'AA-55');
    assert.equal(may(past), false, 'AA-56');
    assert.equal(may({ isOrganizer: false }), false, 'AA-57, AA-40');
    assert.equal(may({ isClosed: true }), false, 'AA-58');
    assert.equal(may(past, seriesType), true, 'a series may lie in the past');
    assert.equal(may({ isOrganizer: false }, seriesType), false);
  });

  it('AA-05: reminders only for what is neither free nor more than 7 days over', () => {
    const remind = (change: Partial<RecordFacts>, isNew: boolean, fields: FieldBag = {}) =>
      appointmentType.remindOn(record(change, fields), isNew, user());
    assert.deepEqual(remind({}, true), new Date('2026-07-01T08:45:00Z'));
    assert.equal(remind({}, false), undefined);
    assert.equal(remind({}, true, { showAs: 'free' }), null);
    assert.equal(remind({ startsOn: '2026-06-08T11:59:00.000Z' }, true), null);
    assert.ok(remind({ startsOn: '2026-06-08T12:01:00.000Z' }, true));
  });

  it('AA-32: changes of the item do not reach a closed record', () => {
    assert.equal(appointmentType.takesChanges(facts()), true);
    assert.equal(appointmentType.takesChanges(facts({ isClosed: true })), false);
    assert.equal(appointmentType.staysWhenClosed, true);
  });

  it('AA-35, AA-38: who may track, and items without organizer', () => {
    const attendee = item({ isOrganizer: false });
    assert.equal(appointmentType.refuseItem(attendee, user()), undefined);
    assert.match(
      appointmentType.refuseItem(attendee, user({ TrackAppointmentsFromNonOrganizer: false })) ?? '',
      /Only the organizer/,
    );
    const nobody = item({ fields: { organizer: null } });
    assert.match(appointmentType.refuseItem(nobody, user()) ?? '', /no organizer/);
    const filled = user({ UseCrmOrganizerForEmptyExchangeOrganizer: true });
    assert.equal(appointmentType.refuseItem(nobody, filled), undefined);
  });

  it('AA-02: only the organizer makes the item; others wait for the invitation', () => {
    assert.equal(appointmentType.awaitsMeeting?.(record()), undefined);
    assert.equal(appointmentType.awaitsMeeting?.(record({ isOrganizer: false, meetingId: '0400' })), '0400');
    assert.equal(appointmentType.awaitsMeeting?.(record({ isOrganizer: false, meetingId: null })), record().id);
  });

  it('AA-04, AA-31, FM-S1: what a state shows and what an item makes of it', () => {
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6].map((status) => showAsOfStatus[status]),
      [...['free', 'tentative', 'free', 'free', 'busy', 'oof']],
    );
    assert.deepEqual(statusOfShowAs, { free: [0, 1], tentative: [0, 2], busy: [3, 5], oof: [3, 6] });
  });

  it('AA-12: whole days are kept as midnight UTC, times with the zone they were planned in', () => {
    const write = (time: FieldValue) => appointmentType.toRecord({ time }, record(), user(), new Map());
    assert.deepEqual(write({ start: '2026-03-29', end: '2026-03-30', isAllDay: true, zone: 'America/New_York' }), {
      scheduledstart: new Date('2026-03-29T00:00:00Z'),
      scheduledend: new Date('2026-03-30T00:00:00Z'),
      scheduleddurationminutes: 1440,
      isalldayevent: true,
      mr_timezone: 'America/New_York',
    });
    const timed = write({
      start: '2026-03-29T09:00:00.000Z',
      end: '2026-03-29T09:45:00.000Z',
      isAllDay: false,
      zone: null,
    });
    assert.deepEqual(timed, {
      scheduledstart: new Date('2026-03-29T09:00:00Z'),
      scheduledend: new Date('2026-03-29T09:45:00Z'),
      scheduleddurationminutes: 45,
      isalldayevent: false,
    });
  });

  it('AA-37: attendees become parties of one record each; known ones stay who they were, those without address stay at all', () => {
    const contact = { table: 'contact', id: '00000000-0000-4000-8000-0000000000c1' };
    const account = { table: 'account', id: '00000000-0000-4000-8000-0000000000d1' };
    const match = { ...contact, columnNumber: 1, isInactive: false, ownerId: null };
    const book = new Map([
      ['bob@x.example', [{ ...match, ...account }, match]],
      ['kim@x.example', [match]],
    ]);
    const kept = JSON.stringify({ 'kim@x.example': { partyid: account, addressused: 'kim@x.example' } });
    const unnamed = { partyid: null, unresolvedpartyname: 'Somebody' };
    const without = JSON.stringify({ requiredAttendees: [unnamed], optionalAttendees: [] });
    const people = ['bob@x.example', 'kim@x.example', 'zoe@else.example'].map((address) => ({ address, name: null }));
    const values = appointmentType.toRecord(
      { requiredAttendees: people },
      record({ parties: kept, partiesWithout: without }),
      user(),
      book,
    );
    assert.deepEqual(values.requiredattendees, [
      { partyid: contact, addressused: 'bob@x.example' },
      { partyid: account, addressused: 'kim@x.example' },
      { partyid: null, addressused: 'zoe@else.example', unresolvedpartyname: 'zoe@else.example' },
      unnamed,
    ]);
  });

  it('AA-34: a new record belongs to the organizer where he is a user, else to who tracked it', () => {
    const eve = { table: 'systemuser', id: '00000000-0000-4000-8000-0000000000e1' };
    const book = new Map([['eve@x.example', [{ ...eve, columnNumber: 1, isInactive: false, ownerId: null }]]]);
    const made = (address: string) =>
      appointmentType.toRecord({ organizer: { address, name: null } }, undefined, user(), book);
    assert.deepEqual(made('eve@x.example').ownerid, eve);
    assert.deepEqual(made('eve@x.example').organizer, [{ partyid: eve, addressused: 'eve@x.example' }]);
    assert.deepEqual(made('zoe@else.example').ownerid, { table: 'systemuser', id: ada.systemuserid });
  });

  it('AA-30, FM-R6: exceptions of dates that the pattern does not have are left out, the first date is the start', () => {
    const recurrence = {
      pattern: { kind: 'weekly', interval: 1, days: [1], firstDay: 0 },
      startDate: '2026-07-01',
      end: { kind: 'count', count: 3 },
      zone: 'Europe/Vienna',
      startMinutes: 540,
      durationMinutes: 60,
      isAllDay: false,
    };
    const exceptions = [deletedOccurrence('2026-07-08'), deletedOccurrence('2026-07-13')];
    const normal = seriesType.normalize({ recurrence, exceptions });
    assert.deepEqual(normal.exceptions, [deletedOccurrence('2026-07-13')]);
    assert.deepEqual(normal.recurrence, { ...recurrence, startDate: '2026-07-06', zone: 'Europe/Berlin' });
  });
});
