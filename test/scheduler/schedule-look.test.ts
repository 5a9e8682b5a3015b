import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ScheduleLook } from '../../src/scheduler/schedule-look.ts';
import type { MailboxLeases } from '../../src/store/mailbox-leases.ts';
import { type OutgoingScene, outgoingScene } from '../support/outgoing-scene.ts';

describe('a look at the schedule', () => {
  let scene: OutgoingScene;
  let looks: number;
  let look: ScheduleLook;
  beforeEach(async () => {
    scene = await outgoingScene();
    looks = 0;
    const leases: MailboxLeases = {
      ...scene.leases,
      outlook: (now, scope) => {
        looks += 1;
        return scene.leases.outlook(now, scope);
      },
    };
    look = new ScheduleLook({ leases, clock: scene.clock });
  });
  afterEach(() => scene.close());

  const database = () => scene.store.database;
  const along = () => database().pipelined((scope) => look.lookAlong(scope));
  const schedule = () => scene.leases.schedule(scene.mailboxid, 'incoming', scene.clock.now());
  const isDue = async () => (await look.outlook()).some(({ work, isDue: due }) => work === 'incoming' && due);

  it('SC-01: one that went along serves once', async () => {
    await schedule();
    await along();
    assert.ok(await isDue());
    assert.equal(looks, 1);
    assert.ok(await isDue());
    assert.equal(looks, 2);
  });

  it('it sees what came before it in the same write', async () => {
    await database().pipelined(({ sql }) =>
      Promise.all([
        sql("insert into mr_mailboxlease (mailboxid, work, dueon) values ($1::uuid, 'incoming', $2)", [
          scene.mailboxid,
          scene.clock.now(),
        ]),
        look.lookAlong({ sql }),
      ]),
    );
    assert.ok(await isDue());
    assert.equal(looks, 1);
  });

  it('a hint makes it worthless, one that comes while it is under way as well', async () => {
    await along();
    await schedule();
    look.hint();
    assert.ok(await isDue());
    await database().pipelined((scope) => {
      const underWay = look.lookAlong(scope);
      look.hint();
      return underWay;
    });
    await isDue();
    assert.equal(looks, 4);
  });

  it('it is no news a moment later, and one that failed is none', async () => {
    await along();
    await scene.clock.advance(1000);
    await schedule();
    assert.ok(await isDue());
    await look.lookAlong({ sql: () => Promise.reject(new Error('cut')) });
    assert.ok(await isDue());
    assert.equal(looks, 4);
  });
});
