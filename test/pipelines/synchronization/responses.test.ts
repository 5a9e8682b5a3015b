import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { respondToMeeting } from '../../../src/app/act-operations.ts';
import { MailroomError } from '../../../src/base/errors.ts';
import type { ActResponse } from '../../../src/contracts/act-item.ts';
import type { ActPort } from '../../../src/contracts/act-port.ts';
import { LinkState } from '../../../src/pipelines/synchronization/link.ts';
import { type ActPerson, type ActScene, addFilter, openActScene, quietSignal } from '../../support/act-scene.ts';
import { seeded } from '../../support/organisation.ts';

const takesPart = (table: string): string =>
  `<fetch><entity name="${table}"><link-entity name="activityparty" from="activityid" to="activityid" link-type="any"><filter><condition attribute="partyid" operator="eq-userid"/><condition attribute="participationtypemask" operator="ne" value="9"/></filter></link-entity></entity></fetch>`;
const user = (id: string) => ({ partyid: { table: 'systemuser', id } });

describe('answers to meetings, both ways', () => {
  let scene: ActScene;
  let id: string;
  beforeEach(async () => {
    scene = await openActScene();
    for (const person of ['anna', 'ben'] as const)
      await addFilter(scene, person, 'appointment', takesPart('appointment'));
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
    await scene.clock.advance(1000);
    await scene.settle('anna', 'ben');
    // The invitation is looked for again after a quarter of an hour.
    await scene.clock.advance(1_000_000);
    await scene.settle('ben', 'anna');
  };
  const respond = (who: ActPerson, response: ActResponse, comment = ''): Promise<void> => {
    const parts = { database: scene.database, leases: { schedule: async () => {} }, now: scene.clock.now() };
    return respondToMeeting(parts, { recordId: id, systemuserid: seeded[who] }, response, comment);
  };
  const mails = (person: ActPerson): number =>
    scene.server.account(`${person}@ours.example`).mailbox.folderNamed('inbox').total;
  const answers = async () => {
    const row = await scene.database.records.retrieve('appointment', id);
    return row?.mr_attendeeresponses ? JSON.parse(row.mr_attendeeresponses) : [];
  };
  const bens = async () => (await scene.links('ben'))[0];

  for (const response of ['accepted', 'tentative'] as const) {
    it(`AA-41: "${response}" given here goes to the organizer once, although the first answer of the server is lost`, async () => {
      await respond('ben', response, 'See you <there>');
      const losing = (port: ActPort): ActPort =>
        new Proxy(port, {
          get: (target, name) =>
            name === 'respond'
              ? async (...args: Parameters<ActPort['respond']>) => {
                  await target.respond(...args);
                  throw new MailroomError('lost', { code: 'mr_TestTrouble', kind: 'transient', uncertain: true });
                }
              : target[name as keyof ActPort].bind(target),
        });
      assert.equal((await scene.turn('ben', { port: losing })).error?.code, 'mr_TestTrouble');
      await settle();
      assert.equal(mails('anna'), 1, 'one answer');
      assert.deepEqual(await answers(), [{ address: 'ben@ours.example', response }]);
      const link = await bens();
      assert.deepEqual(
        [link?.mr_response, link?.mr_myresponse],
        [null, response === 'accepted' ? 100000000 : 100000001],
      );
      assert.equal(
        (await scene.database.records.retrieve('appointment', id))?.statuscode,
        5,
        'no change of the meeting',
      );
    });
  }

  it('AA-40, AA-41: a meeting declined here leaves the calendar; the record stays', async () => {
    await respond('ben', 'declined');
    await settle();
    assert.deepEqual(await answers(), [{ address: 'ben@ours.example', response: 'declined' }]);
    assert.deepEqual(await scene.items('ben', 'calendar'), []);
    assert.equal((await bens())?.mr_linkstate, LinkState.deletedThere);
    assert.equal((await scene.items('anna', 'calendar')).length, 1);
    await assert.rejects(respond('ben', 'accepted'), { code: 'mr_NoMeeting' });
  });

  it('AA-41: an answer given in Exchange is on the record, and on the link of who gave it', async () => {
    const [item] = await scene.items('ben', 'calendar');
    assert.ok(item);
    await scene.outlookOf('ben').respond(item, 'accepted', '', quietSignal);
    await settle();
    assert.deepEqual(await answers(), [{ address: 'ben@ours.example', response: 'accepted' }]);
    assert.equal((await bens())?.mr_myresponse, 100000000);
  });

  it('the organizer has nobody to answer to, and an answer to what is gone is forgotten', async () => {
    await assert.rejects(respond('anna', 'accepted'), /You are the organizer/);
    await respond('ben', 'accepted');
    const [item] = await scene.items('ben', 'calendar');
    assert.ok(item);
    await scene.outlookOf('ben').remove(item, 'nobody', quietSignal);
    await settle();
    assert.equal((await bens())?.mr_response, null);
    assert.equal(mails('anna'), 0);
  });
});
