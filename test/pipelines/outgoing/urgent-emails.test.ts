import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { runOutgoingTurn } from '../../../src/pipelines/outgoing/pipeline.ts';
import { accept, type OutgoingScene, outgoingScene } from '../../support/outgoing-scene.ts';

describe('urgent emails', () => {
  let scene: OutgoingScene;
  before(async () => {
    scene = await outgoingScene();
    await scene.store.database.records.update('emailserverprofile', scene.profileid, { maxconcurrentconnections: 1 });
  });
  after(() => scene.close());
  beforeEach(async () => {
    scene.sender.sent.length = 0;
    scene.sender.script = [];
    scene.sender.otherwise = accept;
    await scene.store.database.sql('delete from email');
  });

  const sentSubjects = (): string[] =>
    scene.sender.sent.map((mail) => /^Subject: (no\. \d+|urgent|important)/m.exec(mail.raw.toString())?.[1] ?? '');

  it('OU-05: an urgent email queued while others are claimed goes before those not handed over yet', async () => {
    for (let index = 0; index < 60; index += 1) await scene.pendingEmail({ subject: `no. ${index}` });
    scene.sender.script = [
      async (mail) => {
        await scene.pendingEmail({ subject: 'important', prioritycode: 2 });
        await scene.pendingEmail({ subject: 'urgent', deliveryprioritycode: 2 });
        return accept(mail);
      },
    ];
    const outcome = await scene.turn(runOutgoingTurn);
    assert.equal(outcome.itemsProcessed, 62);
    const subjects = sentSubjects();
    assert.equal(subjects[0], 'no. 0');
    const urgent = subjects.indexOf('urgent');
    assert.ok(urgent > 0 && urgent < 40, `it went as number ${urgent + 1} of 62`);
    assert.equal(subjects.indexOf('important'), urgent + 1);
    const others = subjects.filter((subject) => subject.startsWith('no. '));
    assert.deepEqual(
      others,
      Array.from({ length: 60 }, (_, index) => `no. ${index}`),
      'the others keep their order, each once',
    );
  });

  it('OU-05: an email like the others waits behind them', async () => {
    for (let index = 0; index < 10; index += 1) await scene.pendingEmail({ subject: `no. ${index}` });
    scene.sender.script = [
      async (mail) => {
        await scene.pendingEmail({ subject: 'no. 10' });
        return accept(mail);
      },
    ];
    await scene.turn(runOutgoingTurn);
    await scene.turn(runOutgoingTurn);
    assert.deepEqual(
      sentSubjects(),
      Array.from({ length: 11 }, (_, index) => `no. ${index}`),
    );
  });
});
