import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { TurnEndings } from '../../src/scheduler/turn-endings.ts';
import type { Work } from '../../src/store/mailbox-leases.ts';
import { nextDueOn } from '../support/next-due-on.ts';
import { type OutgoingScene, outgoingScene } from '../support/outgoing-scene.ts';

describe('the ends of idle turns', () => {
  let scene: OutgoingScene;
  let running: number;
  let written: (readonly Work[])[];
  beforeEach(async () => {
    scene = await outgoingScene();
    running = 0;
    written = [];
  });
  afterEach(() => scene.close());

  const endings = () => {
    const leases: typeof scene.leases = {
      ...scene.leases,
      releaseAll: (ends, scope) => {
        written.push(ends.map(({ lease }) => lease.work));
        return scene.leases.releaseAll(ends, scope);
      },
    };
    return new TurnEndings({ ...scene.schedulerOptions(), leases }, () => running);
  };
  const idleEnd = async (work: Work, dueInMs: number, processedtimes = 1) => ({
    lease: await scene.lease(work),
    nextDueOn: new Date(scene.clock.now().getTime() + dueInMs),
    report: { processedtimes },
  });

  it('SC-01: one alone is written at once', async () => {
    const end = await idleEnd('incoming', 300_000, 7);
    await endings().add(end);
    assert.equal((await scene.mailbox()).processedtimes, 7);
    assert.deepEqual(await nextDueOn(scene.leases), end.nextDueOn);
  });

  it('those of many turns in progress are written together once most are over, or after a quarter of a second', async () => {
    const all = endings();
    running = 3;
    const first = all.add(await idleEnd('incoming', 1000));
    assert.deepEqual(written, [], 'three others are in progress');
    await scene.clock.advance(250);
    await first;
    assert.deepEqual(written, [['incoming']]);
    running = 1;
    const second = all.add(await idleEnd('outgoing', 1000));
    assert.equal(written.length, 1);
    running = 0;
    await Promise.all([second, all.add(await idleEnd('act', 1000))]);
    assert.deepEqual(written.slice(1), [['outgoing', 'act']]);
    assert.equal(scene.clock.sleepers, 0);
  });

  it('where many are in progress, those of half the places are enough, and none waits when the service stops', async () => {
    const all = endings();
    running = 16;
    const first = all.add(await idleEnd('incoming', 1000));
    assert.deepEqual(written, []);
    await Promise.all([first, all.add(await idleEnd('outgoing', 1000))]);
    assert.deepEqual(written, [['incoming', 'outgoing']], 'two of four places');
    const third = all.add(await idleEnd('act', 1000));
    all.hurry();
    await third;
    await all.add(await idleEnd('incoming', 2000));
    assert.deepEqual(written.slice(1), [['act'], ['incoming']]);
    assert.equal(scene.clock.sleepers, 0);
  });

  it('one that waits is written when the last other turn ended otherwise', async () => {
    const all = endings();
    running = 1;
    const end = all.add(await idleEnd('incoming', 1000));
    running = 0;
    all.check();
    await end;
    assert.equal(written.length, 1);
  });

  it('AR-08: what cannot be written of one turn is told, and keeps none from being released', async () => {
    const all = endings();
    running = 1;
    const bad = all.add(await idleEnd('incoming', 1000, -5));
    const told = assert.rejects(bad, /processedtimes/);
    running = 0;
    const good = await idleEnd('outgoing', 2000, 3);
    await all.add(good);
    await told;
    const held = await scene.store.database.sql('select work from mr_mailboxlease where worker is not null');
    assert.deepEqual(held, []);
    assert.equal((await scene.mailbox()).processedtimes, 3);
  });
});
