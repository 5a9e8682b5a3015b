import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { takeItem } from '../../../src/app/act-operations.ts';
import { LinkState } from '../../../src/pipelines/synchronization/link.ts';
import { type ActPerson, type ActScene, openActScene, quietSignal } from '../../support/act-scene.ts';
import { seeded } from '../../support/organisation.ts';

describe('tracked items that are not taken at once', () => {
  let scene: ActScene;
  beforeEach(async () => {
    scene = await openActScene();
  });
  afterEach(() => scene.close());

  const time = { start: '2026-03-30T08:00:00.000Z', end: '2026-03-30T09:00:00.000Z', isAllDay: false, zone: 'UTC' };
  const meet = async (subject: string, notify: 'nobody' | 'attendees' = 'nobody'): Promise<string> => {
    const requiredAttendees = notify === 'nobody' ? null : [{ address: 'ben@ours.example', name: null }];
    const stamp = { organizationId: '', table: '', recordId: '' };
    const made = await scene.outlookOf('anna').create(
      {
        folder: 'calendar',
        kind: 'appointment',
        fields: { subject, time, requiredAttendees },
        stamp,
        notify,
        remindOn: null,
      },
      quietSignal,
    );
    return made.id;
  };
  const notTaken = async (person: ActPerson) =>
    (await scene.links(person)).filter((link) => link.mr_linkstate === LinkState.notTaken);
  const subjects = async () =>
    (await scene.database.records.retrieveMultiple({ table: 'appointment' })).rows.map(({ subject }) => subject).sort();

  it('AA-33, AC-16: an appointment at whose time its people are busy is asked about, and taken all the same once somebody says so', async () => {
    await scene.setSwitch('mr_ActChecksSchedulingConflicts', true);
    await scene.database.records.create('appointment', {
      subject: 'Busy',
      scheduledstart: new Date(time.start),
      scheduledend: new Date(time.end),
      statecode: 3,
      statuscode: 5,
      ownerid: { table: 'systemuser', id: seeded.anna },
      organizer: [{ partyid: { table: 'systemuser', id: seeded.anna } }],
    });
    scene.track('anna', await meet('Clash'), true);
    await scene.settle('anna');
    const [link] = await notTaken('anna');
    assert.match(link?.lastsyncerror ?? '', /busy then .*"Busy".*mr_TakeItem/);
    await scene.clock.advance(86_400_000);
    await scene.settle('anna');
    assert.deepEqual(await subjects(), ['Busy'], 'asked again, and refused again');
    const parts = { database: scene.database, leases: { schedule: async () => {} }, now: scene.clock.now() };
    await takeItem(parts, {}, link?.exchangesyncidmappingid ?? '');
    await scene.settle('anna');
    assert.deepEqual(await subjects(), ['Busy', 'Clash']);
    assert.deepEqual(await notTaken('anna'), []);
  });

  it('AC-18, AA-35: what was refused is tried again by itself when it is due, unless it is no longer tracked', async () => {
    await scene.setSwitch('TrackAppointmentsFromNonOrganizer', false);
    // Whoever tracks it owns it: its organizer is no user of ours.
    await meet('Theirs', 'attendees');
    await scene.database.records.updateWhere(
      'systemuser',
      { column: 'systemuserid', operator: 'eq', value: seeded.anna },
      { internalemailaddress: null },
    );
    await scene.database.sql("delete from emailsearch where emailaddress = 'anna@ours.example'");
    const [invited] = await scene.items('ben', 'calendar');
    assert.ok(invited);
    scene.track('ben', invited.id, true);
    await scene.settle('ben');
    assert.equal((await notTaken('ben')).length, 1);
    await scene.setSwitch('TrackAppointmentsFromNonOrganizer', true);
    await scene.turn('ben');
    assert.deepEqual(await subjects(), [], 'not due yet');
    await scene.clock.advance(301_000);
    await scene.settle('ben');
    assert.deepEqual(await subjects(), ['Theirs']);
  });

  it('AC-14, AC-18: an item that is no longer tracked is forgotten', async () => {
    await scene.setSwitch('TrackAppointmentsFromNonOrganizer', false);
    await meet('Theirs', 'attendees');
    const [invited] = await scene.items('ben', 'calendar');
    assert.ok(invited);
    scene.track('ben', invited.id, true);
    await scene.settle('ben');
    scene.track('ben', invited.id, false);
    await scene.settle('ben');
    assert.deepEqual(await scene.links('ben'), []);
    await scene.clock.advance(86_400_000);
    await scene.settle('ben');
    assert.deepEqual(await subjects(), []);
  });
});
