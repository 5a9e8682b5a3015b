import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { FolderOnboarding } from '../../../../src/tables/choices.ts';
import type { FaultRule } from '../../../../testbed/exchange/http/fault-plan.ts';
import { seeded } from '../../../support/organisation.ts';
import { faultyDatabase } from '../faulty-database.ts';
import { anna, contact, type ExchangeScene, openScene } from './exchange-scene.ts';

const from = 'Nora Nobody <nora@nowhere.example>';
const count = 3000;
const slice = 450;
const category = 'Tracked to Dynamics 365';

/** How the turns end before their time, one after the other: a commit that is lost, or what the server does to a request. */
const ends: readonly (number | FaultRule)[] = [
  9,
  { operation: 'GetItem', after: 17, does: 'half' },
  4,
  { operation: 'SyncFolderItems', after: 3, does: 'cut' },
  13,
  { operation: 'UpdateItem', after: 2, does: 'cut', acts: true },
  7,
  { operation: 'GetItem', after: 40, does: 'garbage' },
  { operation: 'UpdateItem', after: 1, does: 'half' },
  2,
];

describe('a folder with thousands of messages is tracked', () => {
  let scene: ExchangeScene;
  beforeEach(async () => {
    scene = await openScene();
  });
  afterEach(() => scene.close());

  test('FT-20: taken in by slices, with turns that end in the middle: none lost, none doubled, each marked', async () => {
    const folder = scene.folder(anna, 'Project');
    for (let at = 0; at < count; at += 1) scene.put(anna, folder, { id: `m${at}@x.example`, from });
    const rule = await scene.rule(anna, folder, { regardingobjectid: contact(seeded.carla) });
    let broken = 0;
    let most = 0;
    let before = 0;
    for (let turns = 0, more = true; more; turns += 1) {
      assert.ok(turns < 60, 'the turns come to an end');
      const end = ends[turns];
      if (typeof end === 'object') scene.exchange.faults.add(end);
      const database = faultyDatabase(scene.database, { loses: (transaction) => transaction === end });
      const outcome = await scene.run(anna, { maxItems: slice, database });
      scene.exchange.faults.clear();
      if (outcome.error !== undefined) broken += 1;
      more = outcome.more || outcome.error !== undefined;
      const stored = await scene.database.records.count('email');
      most = Math.max(most, stored - before);
      before = stored;
    }
    assert.ok(broken >= ends.length - 2, `${broken} turns ended before their time`);
    assert.ok(most <= slice, `a turn took ${most} messages`);
    const emails = await scene.emails();
    assert.equal(emails.length, count);
    assert.equal(new Set(emails.map(({ messageid }) => messageid)).size, count);
    assert.ok(emails.every(({ regardingobjectid }) => regardingobjectid?.id === seeded.carla));
    const decisions = await scene.decisions();
    assert.equal(new Set(decisions.map((one) => one.mr_messageid)).size, count);
    assert.equal(decisions.length, count, 'one decision each');
    const { mr_itemsdone, mr_itemstotal, folderonboardingstatus } = await scene.ruleRow(rule);
    assert.deepEqual([mr_itemsdone, mr_itemstotal, folderonboardingstatus], [count, count, FolderOnboarding.done]);
    // A turn puts on as many marks as it may take in messages; those of turns that ended early follow.
    for (let turns = 0; turns * slice < count; turns += 1) await scene.runAll(anna, { maxItems: slice });
    const unmarked = emails.filter(({ messageid }) => scene.categories(anna, messageid ?? '').join() !== category);
    assert.deepEqual(
      unmarked.map(({ messageid }) => messageid),
      [],
    );
  });
});
