import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RunTurn } from '../../src/pipelines/turn.ts';
import { createScheduler } from '../../src/scheduler/scheduler.ts';
import type { WorkOutlook } from '../../src/store/mailbox-leases.ts';
import { type OutgoingScene, outgoingScene } from '../support/outgoing-scene.ts';
import { until } from '../support/until.ts';

describe('turns of many mailboxes', () => {
  let scene: OutgoingScene;
  before(async () => {
    scene = await outgoingScene();
  });
  after(() => scene.close());

  it('SC-01: while more is due than there are places, turns begin and end in groups, each of them once', async () => {
    const { records } = scene.store.database;
    const profile = { table: 'emailserverprofile', id: scene.profileid };
    const more = Array.from({ length: 23 }, (_, index) => ({
      name: `Queue ${index}`,
      emailaddress: `queue${index}@contoso.example`,
      emailserverprofile: profile,
      incomingemaildeliverymethod: 2,
      outgoingemaildeliverymethod: 0,
      emailrouteraccessapproval: 1,
      enabledforincomingemail: true,
    }));
    await records.createMany('mailbox', more);
    await scene.leases.reconcile(scene.clock.now());
    const begun: string[] = [];
    const atOnce: number[] = [];
    const open: (() => void)[] = [];
    const leases: typeof scene.leases = {
      ...scene.leases,
      acquire: async (...asked) => {
        const acquired = await scene.leases.acquire(...asked);
        atOnce.push(acquired.length);
        return acquired;
      },
    };
    const incoming: RunTurn = async ({ lease }) => {
      begun.push(lease.mailboxid);
      await new Promise<void>((resolve) => open.push(resolve));
      return { itemsProcessed: 0, itemsFailed: 0, more: false };
    };
    const turns = { incoming, outgoing: undefined, act: undefined, test: undefined };
    const scheduler = createScheduler(scene.schedulerOptions({ leases, turns, concurrency: 8 }));
    scheduler.start();
    try {
      for (const expected of [8, 12, 16, 20, 24]) {
        await until(async () => begun.length === expected);
        for (let ended = 0; ended < 4; ended += 1) open.shift()?.();
      }
      const isOver = (flow: WorkOutlook): boolean => flow.work !== 'incoming' || !flow.isDue;
      await until(async () => (await scene.leases.outlook(scene.clock.now())).every(isOver));
      assert.equal(new Set(begun).size, 24);
      assert.deepEqual(
        atOnce.filter((taken) => taken > 0),
        [8, 4, 4, 4, 4],
      );
    } finally {
      const stopped = scheduler.stop();
      for (const resolve of open) resolve();
      await stopped;
    }
    assert.equal(scene.clock.sleepers, 0);
    const held = await scene.store.database.sql('select 1 from mr_mailboxlease where worker is not null');
    assert.equal(held.length, 0, 'all leases are given back');
  });
});
