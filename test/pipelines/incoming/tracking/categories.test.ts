import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Connector } from '../../../../src/contracts/connector.ts';
import { seeded } from '../../../support/organisation.ts';
import { settingsWith } from '../incoming-fixtures.ts';
import { anna, ben, contact, type ExchangeScene, openScene } from './exchange-scene.ts';

const from = 'Nora Nobody <nora@nowhere.example>';
const category = 'Tracked to Dynamics 365';
const minuteMs = 60_000;

describe('tracking by category over Exchange', () => {
  let scene: ExchangeScene;
  beforeEach(async () => {
    scene = await openScene();
  });
  afterEach(() => scene.close());

  const listOf = async (address: string): Promise<string> => {
    const { mailbox } = scene.exchange.account(address);
    return [...mailbox.configurations.values()].map(({ xmlData }) => xmlData?.toString('utf8') ?? '').join();
  };

  test('CT-01, CT-06: the mailbox gets the category, is told so once, and gets it again when it was deleted', async () => {
    await scene.runAll(anna);
    assert.match(await listOf(anna), /name="Tracked to Dynamics 365"/);
    await scene.runAll(anna);
    const alerts = async () =>
      (await scene.database.records.retrieveMultiple({ table: 'tracelog' })).rows.filter(
        ({ errortypedisplay: _, ...row }) => row.text?.includes(category),
      );
    assert.equal((await alerts()).length, 1);
    for (const configuration of scene.exchange.account(anna).mailbox.configurations.values())
      configuration.xmlData = Buffer.from('<categories xmlns="CategoryList.xsd"/>');
    await scene.clock.advance(16 * minuteMs);
    await scene.runAll(anna);
    assert.match(await listOf(anna), /name="Tracked to Dynamics 365"/);
    assert.equal((await alerts()).length, 1);
  });

  test('CT-03, CT-09, CT-11: put on in any folder, by whom it may be, the message is tracked past the filter', async () => {
    const folder = scene.folder(anna, 'Elsewhere');
    scene.put(anna, folder, { id: 'one@x.example', from });
    scene.deliver(anna, { id: 'two@x.example', from });
    await scene.runAll(anna);
    assert.equal((await scene.emails()).length, 0);
    scene.setCategories(anna, 'one@x.example', ['Blue', category]);
    scene.setCategories(anna, 'two@x.example', [category]);
    await scene.runAll(anna);
    assert.equal((await scene.emails()).length, 2);
    const decision = await scene.decision(anna, 'two@x.example');
    assert.match(decision?.mr_reason ?? '', /put the category "Tracked to Dynamics 365" on it/);
    await scene.runAll(anna);
    assert.deepEqual(scene.categories(anna, 'one@x.example'), ['Blue', category]);
  });

  test('CT-03: a mailbox of many folders is looked through once a minute, and loses nothing by it', async () => {
    const folders = Array.from({ length: 120 }, (_, number) => scene.folder(anna, `Folder ${number}`));
    const looks = () => scene.exchange.requests.filter(({ operation }) => operation === 'FindItem').length;
    const last = folders.at(-1) ?? '';
    scene.put(anna, last, { id: 'one@x.example', from });
    await scene.runAll(anna);
    const first = looks();
    assert.ok(first > 0);
    scene.setCategories(anna, 'one@x.example', [category]);
    await scene.runAll(anna);
    await scene.runAll(anna);
    assert.equal(looks(), first);
    assert.equal(await scene.email('one@x.example'), undefined);
    await scene.clock.advance(minuteMs);
    await scene.runAll(anna);
    assert.ok(looks() > first);
    assert.ok(await scene.email('one@x.example'));
  });

  test('CT-04: taken off the message is not followed any more, and its email stays; put on again it is', async () => {
    const folder = scene.folder(anna, 'Project');
    await scene.rule(anna, folder, { regardingobjectid: contact(seeded.carla) });
    scene.put(anna, folder, { id: 'one@x.example', from });
    await scene.runAll(anna);
    assert.deepEqual(scene.categories(anna, 'one@x.example'), [category]);
    await scene.clock.advance(minuteMs);
    await scene.runAll(anna);
    scene.setCategories(anna, 'one@x.example', []);
    await scene.runAll(anna);
    const decision = await scene.decision(anna, 'one@x.example');
    assert.equal(decision?.mr_reasoncode, 'Untracked');
    const email = await scene.email('one@x.example');
    assert.ok(email);
    const { rows } = await scene.database.records.retrieveMultiple({ table: 'email', columns: ['activityid'] });
    await scene.database.records.update('email', rows[0]?.activityid ?? '', {
      regardingobjectid: contact(seeded.carlo),
    });
    await scene.runAll(anna);
    assert.equal(await scene.regarding('one@x.example'), seeded.carlo, 'the folder has no say any more');
    assert.deepEqual(scene.categories(anna, 'one@x.example'), [], 'no mark comes back');
    scene.setCategories(anna, 'one@x.example', [category]);
    await scene.runAll(anna);
    assert.equal((await scene.decision(anna, 'one@x.example'))?.mr_reasoncode, 'AlreadyTracked');
    assert.equal(await scene.regarding('one@x.example'), seeded.carla);
    assert.equal((await scene.emails()).length, 1);
  });

  test('CT-05: all that a turn takes in is marked in it, however much it is', async () => {
    const ids = Array.from({ length: 601 }, (_, number) => `many${number}@x.example`);
    for (const id of ids) scene.deliver(ben, { id, from });
    await scene.runAll(ben);
    for (const id of ids) assert.deepEqual(scene.categories(ben, id), [category], id);
  });

  test('CT-05, SC-08: of what is more than a turn marks the next ones follow at once', async () => {
    const ids = Array.from({ length: 601 }, (_, number) => `many${number}@x.example`);
    for (const id of ids) scene.deliver(ben, { id, from });
    const marked = () => ids.filter((id) => scene.categories(ben, id).length > 0).length;
    const first = await scene.run(ben, { maxItems: 500, isQuick: true });
    assert.equal((await scene.emails()).length, 601);
    assert.deepEqual([marked(), first.more], [500, true]);
    const second = await scene.run(ben, { maxItems: 500, isQuick: true });
    assert.deepEqual([marked(), second.more], [601, false]);
  });

  test('CT-05, IN-48: what is tracked by other means gets the category and the id of its email; what was tracked before does not', async () => {
    const off = settingsWith({
      orgdborgsettings: '<OrgSettings><TrackCategorizedItems>false</TrackCategorizedItems></OrgSettings>',
    });
    scene.deliver(ben, { id: 'before@x.example', from });
    await scene.runAll(ben, { settings: off });
    scene.deliver(ben, { id: 'after@x.example', from });
    await scene.runAll(ben);
    await scene.runAll(ben);
    assert.equal((await scene.emails()).length, 2);
    assert.deepEqual(scene.categories(ben, 'before@x.example'), []);
    assert.deepEqual(scene.categories(ben, 'after@x.example'), [category]);
    const [item] = scene.exchange.account(ben).mailbox.itemsWithMessageId('<after@x.example>');
    const stamped = [...(item?.content?.extended.values() ?? [])].map((node) => JSON.stringify(node)).join();
    assert.match(stamped, /[0-9a-f]{8}-[0-9a-f]{4}-/);
    assert.equal(item?.isRead, false, 'IN-07');
  });

  test('CT-06: under another name the category is the same', async () => {
    await scene.runAll(anna);
    const { mailbox } = scene.exchange.account(anna);
    for (const configuration of mailbox.configurations.values()) {
      configuration.xmlData = Buffer.from(
        (configuration.xmlData?.toString('utf8') ?? '').replace(category, 'Verfolgt'),
      );
    }
    await scene.clock.advance(16 * minuteMs);
    scene.deliver(anna, { id: 'one@x.example', from });
    scene.setCategories(anna, 'one@x.example', ['Verfolgt']);
    await scene.runAll(anna);
    assert.ok(await scene.email('one@x.example'));
  });

  test('CT-07: switched off, nothing is tracked or marked, and marks stay on messages', async () => {
    const off = settingsWith({
      orgdborgsettings: '<OrgSettings><TrackCategorizedItems>false</TrackCategorizedItems></OrgSettings>',
    });
    scene.deliver(ben, { id: 'one@x.example', from });
    await scene.runAll(ben);
    scene.deliver(ben, { id: 'two@x.example', from });
    scene.deliver(anna, { id: 'three@x.example', from });
    scene.setCategories(anna, 'three@x.example', [category]);
    await scene.runAll(ben, { settings: off });
    await scene.runAll(anna, { settings: off });
    assert.deepEqual(scene.categories(ben, 'one@x.example'), [category]);
    assert.deepEqual(scene.categories(ben, 'two@x.example'), []);
    assert.equal(await scene.email('three@x.example'), undefined);
  });

  test('CT-01: the organisation names the category as it likes', async () => {
    const settings = settingsWith({ mr_trackedcategory: 'Kept & shared' });
    scene.deliver(ben, { id: 'one@x.example', from });
    await scene.runAll(ben, { settings });
    assert.deepEqual(scene.categories(ben, 'one@x.example'), ['Kept & shared']);
    assert.match(await listOf(ben), /Kept &amp; shared/);
  });

  test('IN-30: tracked mail is marked in every mailbox that has seen it', async () => {
    const both = { id: 'one@x.example', from, to: `${anna}, someone@elsewhere.example` };
    scene.deliver(anna, both);
    await scene.runAll(anna);
    assert.deepEqual(scene.categories(anna, 'one@x.example'), []);
    scene.deliver(ben, { ...both, to: 'someone@elsewhere.example' });
    await scene.runAll(ben);
    assert.deepEqual(scene.categories(ben, 'one@x.example'), [category]);
    await scene.runAll(anna);
    assert.deepEqual(scene.categories(anna, 'one@x.example'), [category]);
    await scene.runAll(anna);
    assert.equal((await scene.emails()).length, 1);
    assert.equal((await scene.decision(anna, 'one@x.example'))?.mr_reasoncode, 'NoCorrelationMatch', 'an echo');
  });

  test('CT-04: the category taken off a copy, or a moved message, is told from the message', async () => {
    const [folder, other] = [scene.folder(anna, 'One'), scene.folder(anna, 'Two')];
    await scene.rule(anna, folder);
    scene.put(anna, folder, { id: 'one@x.example', from });
    await scene.runAll(anna);
    scene.put(anna, other, { id: 'one@x.example', from });
    await scene.runAll(anna);
    assert.equal((await scene.decision(anna, 'one@x.example'))?.mr_reasoncode, 'Accepted', 'a copy without it');
  });

  test('CT-05: a mark that was put on just before the service died is found and noted', async () => {
    scene.deliver(ben, { id: 'one@x.example', from });
    let marks = 0;
    const dies = (connector: Connector): Connector => ({
      ...connector,
      folders: connector.folders && {
        ...bound(connector.folders),
        mark: async (changes, signal) => {
          marks += changes.length;
          await connector.folders?.mark?.(changes, signal);
          throw new Error('the line is cut');
        },
      },
    });
    const outcome = await scene.run(ben, { wrap: dies });
    assert.ok(outcome.error);
    await scene.runAll(ben);
    await scene.runAll(ben);
    assert.equal(marks, 1);
    assert.deepEqual(scene.categories(ben, 'one@x.example'), [category]);
    const [row] = await scene.database.sql<{ state: string }>('select state from mr_mailmark');
    assert.equal(row?.state, 'marked');
    assert.equal((await scene.emails()).length, 1);
  });
});

function bound(folders: NonNullable<Connector['folders']>): NonNullable<Connector['folders']> {
  return {
    fetch: (handles, signal) => folders.fetch(handles, signal),
    fetchHeads: (handles, most, signal) => folders.fetchHeads?.(handles, most, signal) ?? (async function* () {})(),
    folders: (known, signal) => folders.folders(known, signal),
    changes: (id, cursor, signal) => folders.changes(id, cursor, signal),
    changedItems: (asked, cursor, signal) => folders.changedItems?.(asked, cursor, signal) ?? (async function* () {})(),
    ensureCategory: async (known, name, signal) =>
      (await folders.ensureCategory?.(known, name, signal)) ?? { id: name, name },
  };
}
