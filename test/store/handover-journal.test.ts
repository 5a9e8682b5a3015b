import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { forgetHandovers, noteHandovers, readHandovers } from '../../src/store/handover-journal.ts';
import { EmailStatus } from '../../src/tables/choices.ts';
import { type OutgoingScene, outgoingScene } from '../support/outgoing-scene.ts';

describe('handover journal', () => {
  let scene: OutgoingScene;
  before(async () => {
    scene = await outgoingScene();
  });
  after(() => scene.close());
  const sending = () => scene.pendingEmail({ statuscode: EmailStatus.sending });

  it('OU-06: what began and what ended is kept, in one statement, until it is forgotten', async () => {
    const { database } = scene.store;
    const lease = await scene.lease('outgoing');
    const [first = '', second = '', third = ''] = [await sending(), await sending(), await sending()];
    const now = scene.clock.now();
    const begun = await noteHandovers(database, lease, now, { begun: [first, second], ended: [] });
    assert.deepEqual([...begun].sort(), [first, second].sort());
    const ended = [{ emailid: first, outcome: { kind: 'report', words: 'Grüße "250"' } }];
    assert.deepEqual([...(await noteHandovers(database, lease, now, { begun: [third], ended }))], [third]);
    const kept = await readHandovers(database, [first, second, third, randomUUID()]);
    const byId = new Map(kept.map((entry) => [entry.emailid, entry.outcome]));
    assert.deepEqual(byId.get(first), { kind: 'report', words: 'Grüße "250"' });
    assert.equal(byId.get(second), null);
    assert.equal(byId.size, 3);
    await forgetHandovers(database, [first, third]);
    assert.deepEqual(
      (await readHandovers(database, [first, second, third])).map((entry) => entry.emailid),
      [second],
    );
    await scene.leases.release(lease, { nextDueOn: null });
  });

  it('OU-06: an email that is on the wire already may not be handed over again', async () => {
    const { database } = scene.store;
    const lease = await scene.lease('outgoing');
    const email = await sending();
    const once = () => noteHandovers(database, lease, scene.clock.now(), { begun: [email], ended: [] });
    assert.equal((await once()).size, 1);
    assert.equal((await once()).size, 0);
    await scene.leases.release(lease, { nextDueOn: null });
  });

  it('OU-06: only an email that is Sending may be handed over', async () => {
    const { database } = scene.store;
    const lease = await scene.lease('outgoing');
    for (const statuscode of [EmailStatus.pendingSend, EmailStatus.sent, EmailStatus.received]) {
      const email = await scene.pendingEmail({ statuscode });
      assert.equal((await noteHandovers(database, lease, scene.clock.now(), { begun: [email], ended: [] })).size, 0);
    }
    await scene.leases.release(lease, { nextDueOn: null });
  });

  it('AR-12: a worker whose lease went to another may hand nothing over, and changes nothing', async () => {
    const { database } = scene.store;
    const old = await scene.lease('outgoing', 'old-worker', 60_000);
    const email = await sending();
    await noteHandovers(database, old, scene.clock.now(), { begun: [email], ended: [] });
    await scene.clock.advance(61_000);
    const taken = await scene.lease('outgoing', 'new-worker', 60_000);
    const refused = await noteHandovers(database, old, scene.clock.now(), { begun: [await sending()], ended: [] });
    assert.equal(refused.size, 0);
    const mine = await noteHandovers(database, taken, scene.clock.now(), { begun: [await sending()], ended: [] });
    assert.equal(mine.size, 1);
    await scene.leases.release(taken, { nextDueOn: null });
    const idle = await noteHandovers(database, taken, scene.clock.now(), { begun: [await sending()], ended: [] });
    assert.equal(idle.size, 0, 'a lease given back');
  });
});
