import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { MailroomError } from '../../../src/base/errors.ts';
import { runOutgoingTurn } from '../../../src/pipelines/outgoing/pipeline.ts';
import { reactTo } from '../../../src/scheduler/health.ts';
import { EmailStatus } from '../../../src/tables/choices.ts';
import { accept, type OutgoingScene, outgoingScene } from '../../support/outgoing-scene.ts';

describe('outgoing turn: shares, throttling, quotas and a stop', () => {
  let scene: OutgoingScene;
  before(async () => {
    scene = await outgoingScene();
  });
  after(() => scene.close());
  beforeEach(async () => {
    scene.sender.sent.length = 0;
    scene.sender.script = [];
    scene.sender.otherwise = accept;
    await scene.store.database.sql('delete from email');
    await scene.store.database.sql('delete from tracelog');
  });

  it('SC-08, PF-08: a turn takes its share and says that more is left', async () => {
    for (let index = 0; index < 5; index += 1) await scene.pendingEmail();
    // Every look at this clock takes a second: a slow turn.
    let looks = 0;
    const slow = { ...scene.clock, now: () => new Date(scene.clock.now().getTime() + 1000 * looks++) };
    const outcome = await scene.turn(runOutgoingTurn, { maxItems: 3, clock: slow });
    assert.equal(outcome.more, true);
    assert.equal(outcome.itemsProcessed, 3);
    const rest = await scene.turn(runOutgoingTurn, { maxItems: 3 });
    assert.deepEqual([rest.itemsProcessed, rest.more], [2, false]);
  });

  it('PF-08: a turn that is quick holds nobody up and gets another share', async () => {
    for (let index = 0; index < 5; index += 1) await scene.pendingEmail();
    const outcome = await scene.turn(runOutgoingTurn, { maxItems: 2 });
    assert.deepEqual([outcome.itemsProcessed, outcome.more], [5, false]);
  });

  it('SC-13, PAIN-13: throttling sends the email back uncounted and the server’s delay is kept', async () => {
    const id = await scene.pendingEmail();
    scene.sender.script = [
      () => {
        throw new MailroomError('Too many messages.', {
          code: 'mr_SmtpThrottled',
          kind: 'throttled',
          retryAfterMs: 900_000,
        });
      },
    ];
    const now = scene.clock.now();
    const outcome = await scene.turn(runOutgoingTurn);
    assert.equal(outcome.error?.kind, 'throttled');
    const email = await scene.email(id);
    assert.deepEqual([email.statuscode, email.deliveryattempts ?? 0], [EmailStatus.pendingSend, 0]);
    assert.deepEqual(email.postponeemailprocessinguntil, new Date(now.getTime() + 900_000));
  });

  it('SC-19, EC-17: a mailbox over its quota waits itself, with the server’s words and uncounted', async () => {
    const ids = [await scene.pendingEmail(), await scene.pendingEmail()];
    scene.sender.otherwise = () => {
      throw new MailroomError('Outgoing server refused the sender: "550 5.4.5 Daily sending quota exceeded".', {
        code: 'ErrorSubmissionQuotaExceeded',
        kind: 'throttled',
      });
    };
    const outcome = await scene.turn(runOutgoingTurn);
    assert.equal(outcome.error?.code, 'ErrorSubmissionQuotaExceeded');
    assert.equal(reactTo(outcome.error, 9, scene.clock.now()).kind, 'postpone', 'never switched off for it');
    for (const id of ids) {
      const email = await scene.email(id);
      assert.deepEqual([email.statuscode, email.deliveryattempts ?? 0], [EmailStatus.pendingSend, 0]);
      assert.match(email.mr_waitingreason ?? '', /quota exceeded/);
    }
  });

  it('OU-11: the limit of a profile a minute holds; the rest says what it waits for and goes in the next minutes', async () => {
    for (let index = 0; index < 7; index += 1) await scene.pendingEmail();
    await scene.clock.advance(60_000 - (scene.clock.now().getTime() % 60_000));
    const limit = { mr_maxemailsperminute: 3 };
    const profile = {
      ...(await scene.store.database.records.retrieve('emailserverprofile', scene.profileid)),
      ...limit,
    };
    const first = await scene.turn(runOutgoingTurn, { profile });
    assert.deepEqual([first.itemsProcessed, first.more], [3, false]);
    assert.deepEqual(first.nextDueOn, new Date(scene.clock.now().getTime() + 60_000));
    const again = await scene.turn(runOutgoingTurn, { profile });
    assert.equal(again.itemsProcessed, 0);
    const left = await scene.store.database.records.retrieveMultiple({
      table: 'email',
      filter: { column: 'statuscode', operator: 'eq', value: EmailStatus.pendingSend },
    });
    assert.equal(left.rows.length, 4);
    for (const row of left.rows)
      assert.match(row.mr_waitingreason ?? '', /limit of 3 emails a minute of profile "Contoso/);
    await scene.clock.advance(60_000);
    assert.equal((await scene.turn(runOutgoingTurn, { profile })).itemsProcessed, 3);
    await scene.clock.advance(60_000);
    const last = await scene.turn(runOutgoingTurn, { profile });
    assert.deepEqual([last.itemsProcessed, last.nextDueOn], [1, undefined]);
  });

  it('AR-09: a stop in mid-turn sends what is on the wire to its end and returns the rest to Pending Send', async () => {
    for (let index = 0; index < 8; index += 1) await scene.pendingEmail();
    const stop = new AbortController();
    scene.sender.script = [
      (mail) => {
        stop.abort();
        return accept(mail);
      },
    ];
    const profile = { maxconcurrentconnections: 1 };
    const outcome = await scene.turn(runOutgoingTurn, { signal: stop.signal, profile });
    assert.equal(outcome.itemsProcessed, 1);
    const left = await scene.store.database.records.count('email', {
      column: 'statuscode',
      operator: 'eq',
      value: EmailStatus.pendingSend,
    });
    assert.equal(left, 7);
  });
});
