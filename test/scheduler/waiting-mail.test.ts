import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { explainWaitingMail, warnOfWaitingMail } from '../../src/scheduler/waiting-mail.ts';
import { type OutgoingScene, outgoingScene } from '../support/outgoing-scene.ts';

describe('mail that waits', () => {
  let scene: OutgoingScene;
  const hourMs = 3_600_000;
  const options = () => ({ database: scene.store.database, systemUserId: scene.userid, clock: scene.clock });
  const set = (values: object) => scene.store.database.records.update('mailbox', scene.mailboxid, values);
  before(async () => {
    scene = await outgoingScene();
  });
  after(() => scene.close());
  beforeEach(async () => {
    await scene.store.database.sql('delete from email');
    await scene.store.database.sql('delete from tracelog');
    await set({ enabledforoutgoingemail: true, emailrouteraccessapproval: 1 });
  });

  it('OU-04, PAIN-12: when its mailbox stops sending, an email says so, and says another reason when that changes', async () => {
    const id = await scene.pendingEmail({ mr_waitingreason: 'Waiting for the next outgoing turn of the mailbox.' });
    assert.equal(await explainWaitingMail(options()), 0, 'nothing is wrong');
    await set({ enabledforoutgoingemail: false });
    assert.equal(await explainWaitingMail(options()), 1);
    assert.match((await scene.email(id)).mr_waitingreason ?? '', /not enabled for outgoing mail/);
    assert.equal(await explainWaitingMail(options()), 0, 'told once');
    await set({ emailrouteraccessapproval: 2 });
    assert.equal(await explainWaitingMail(options()), 1);
    assert.match((await scene.email(id)).mr_waitingreason ?? '', /not approved/);
    assert.equal((await scene.email(id)).statuscode, 6, 'OU-04: it waits without limit');
  });

  it('OU-04: after some hours the owner of the mailbox is warned, with the number of emails and the reason', async () => {
    await set({ enabledforoutgoingemail: false });
    const since = scene.clock.now();
    for (let index = 0; index < 3; index += 1) await scene.pendingEmail({ mr_queuedon: since });
    assert.equal(await warnOfWaitingMail(options()), 0, 'not yet');
    await scene.clock.advance(4 * hourMs);
    assert.equal(await warnOfWaitingMail(options()), 1);
    const [alert, ...more] = await scene.alerts(scene.mailboxid);
    assert.equal(more.length, 0);
    assert.equal(alert?.level, 2);
    assert.match(
      alert?.text ?? '',
      /^3 emails wait.*the oldest since 2026-01-01T00.*Run Test & Enable.*Nothing is lost/,
    );
    await scene.clock.advance(hourMs);
    await warnOfWaitingMail(options());
    assert.equal((await scene.alerts(scene.mailboxid)).length, 1, 'AL-07: counted, not repeated');
  });

  it('OU-04: the warning can be switched off', async () => {
    await scene.store.database.records.update('organization', scene.organizationid, { mr_waitingmailwarninghours: 0 });
    await set({ enabledforoutgoingemail: false });
    await scene.pendingEmail({ mr_queuedon: new Date(scene.clock.now().getTime() - 1000 * hourMs) });
    assert.equal(await warnOfWaitingMail(options()), 0);
    await scene.store.database.records.update('organization', scene.organizationid, { mr_waitingmailwarninghours: 4 });
  });
});
