import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type ActPerson, type ActScene, addFilter, openActScene } from '../../support/act-scene.ts';
import { seeded } from '../../support/organisation.ts';

const takesPart =
  '<fetch><entity name="appointment"><link-entity name="activityparty" from="activityid" to="activityid" link-type="any"><filter><condition attribute="partyid" operator="eq-userid"/><condition attribute="participationtypemask" operator="ne" value="9"/></filter></link-entity></entity></fetch>';
const user = (id: string) => ({ partyid: { table: 'systemuser', id } });

describe('another organizer of a meeting', () => {
  let scene: ActScene;
  let id: string;
  beforeEach(async () => {
    scene = await openActScene();
    for (const person of ['anna', 'ben'] as const) await addFilter(scene, person, 'appointment', takesPart);
    id = await scene.storeOf('anna').create('appointment', {
      subject: 'Plan',
      scheduledstart: new Date('2026-03-30T08:00:00Z'),
      scheduledend: new Date('2026-03-30T09:00:00Z'),
      statecode: 3,
      statuscode: 5,
      ownerid: { table: 'systemuser', id: seeded.anna },
      organizer: [user(seeded.anna)],
      requiredattendees: [user(seeded.ben)],
    });
    await settle();
  });
  afterEach(() => scene.close());

  const settle = async (): Promise<void> => {
    for (let round = 0; round < 3; round += 1) {
      await scene.clock.advance(1_000_000);
      await scene.settle('anna', 'ben');
    }
  };
  const handOver = async (): Promise<void> => {
    await scene.storeOf('anna').update('appointment', id, {
      organizer: [user(seeded.ben)],
      requiredattendees: [user(seeded.anna)],
      ownerid: { table: 'systemuser', id: seeded.ben },
    });
    await settle();
  };
  const messages = (person: ActPerson, kind: string): number =>
    [...scene.server.account(`${person}@ours.example`).mailbox.items.values()].filter((item) => item.kind === kind)
      .length;
  const own = async (person: ActPerson, isOrganizer: boolean): Promise<number> =>
    (await scene.items(person, 'calendar')).filter((item) => item.isOrganizer === isOrganizer).length;

  const isSettled = async (): Promise<void> => {
    assert.equal(await own('ben', true), 1, 'the new organizer has a meeting of the own');
    assert.equal(messages('anna', 'MeetingRequest'), 1, 'and the former one is invited');
    const [row] = [await scene.database.records.retrieve('appointment', id)];
    const meeting = (await scene.items('ben', 'calendar')).find((item) => item.isOrganizer);
    assert.equal(row?.globalobjectid, meeting?.meetingId);
    for (const person of ['anna', 'ben'] as const) {
      const [link, ...more] = await scene.links(person);
      assert.equal(more.length, 0);
      assert.equal(link?.mr_linkstate, 100000000, `${person} is linked`);
    }
  };

  it('AA-19, AA-20: the former item remains and nothing is called off', async () => {
    await handOver();
    await isSettled();
    assert.equal(await own('anna', true), 1);
    assert.equal(messages('ben', 'MeetingCancellation'), 0);
  });

  it('AA-20, ST-07: the former item is deleted where the organisation wants it, without a cancellation', async () => {
    await scene.setSwitch('mr_DeleteAppointmentWhenOrganizerChanges', true);
    await handOver();
    await isSettled();
    assert.equal(await own('anna', true), 0);
    assert.equal(messages('ben', 'MeetingCancellation'), 0);
  });

  it('AA-16, AA-19: with ST-54 false the former meeting is called off, as the original does', async () => {
    await scene.setSwitch('DistinctPhysicalAndLogicalDeletesForExchangeSync', false);
    await handOver();
    await isSettled();
    assert.equal(await own('anna', true), 0);
    assert.equal(messages('ben', 'MeetingCancellation'), 1);
  });
});

describe('a meeting that an attendee tracked first', () => {
  it('AA-02, AA-42: its organizer gets no second item and sends no second invitation', async () => {
    const scene = await openActScene();
    try {
      const time = { start: '2026-03-30T08:00:00.000Z', end: '2026-03-30T09:00:00.000Z', isAllDay: false, zone: 'UTC' };
      const fields = { subject: 'Theirs', time, requiredAttendees: [{ address: 'ben@ours.example', name: null }] };
      const stamp = { organizationId: '', table: '', recordId: '' };
      const { signal } = new AbortController();
      await scene
        .outlookOf('anna')
        .create(
          { folder: 'calendar', kind: 'appointment', fields, stamp, notify: 'attendees', remindOn: null },
          signal,
        );
      const [invited] = await scene.items('ben', 'calendar');
      assert.ok(invited?.meetingId);
      await scene.database.records.create('appointment', {
        subject: 'Theirs',
        scheduledstart: new Date(time.start),
        scheduledend: new Date(time.end),
        globalobjectid: invited.meetingId,
        statecode: 3,
        statuscode: 5,
        ownerid: { table: 'systemuser', id: seeded.anna },
        organizer: [user(seeded.anna)],
        requiredattendees: [user(seeded.ben)],
      });
      await addFilter(scene, 'anna', 'appointment', takesPart);
      await scene.settle('anna', 'ben');
      assert.equal((await scene.items('anna', 'calendar')).length, 1);
      assert.equal((await scene.items('ben', 'calendar')).length, 1);
      assert.equal((await scene.links('anna'))[0]?.mr_linkstate, 100000000);
      assert.equal(await scene.database.records.count('appointment'), 1);
    } finally {
      await scene.close();
    }
  });
});
