import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { FolderRuleState } from '../../../../src/tables/choices.ts';
import { seeded } from '../../../support/organisation.ts';
import { settingsWith } from '../incoming-fixtures.ts';
import { anna, ben, contact, type ExchangeScene, openScene, support } from './exchange-scene.ts';

const from = 'Nora Nobody <nora@nowhere.example>';
const about = (id: string) => ({ regardingobjectid: contact(id) });

describe('folder-level tracking over Exchange', () => {
  let scene: ExchangeScene;
  beforeEach(async () => {
    scene = await openScene();
  });
  afterEach(() => scene.close());

  test('FT-07, FT-08, IN-12: what the filter refused is tracked once it lies in a tracked folder, about what the rule says', async () => {
    const folder = scene.folder(anna, 'Project');
    const rule = await scene.rule(anna, folder, about(seeded.carla));
    scene.deliver(anna, { id: 'one@x.example', from });
    await scene.runAll(anna);
    assert.equal(await scene.email('one@x.example'), undefined, 'the filter takes answers only');
    scene.move(anna, 'one@x.example', folder);
    await scene.runAll(anna);
    const email = await scene.email('one@x.example');
    assert.equal(email?.regardingobjectid?.id, seeded.carla);
    assert.equal(email?.ownerid?.id, seeded.anna);
    assert.equal(email?.directioncode, false);
    const decision = await scene.decision(anna, 'one@x.example');
    assert.equal(decision?.mr_reasoncode, 'Accepted');
    assert.match(decision?.mr_reason ?? '', /lies in the folder "Inbox \/ Project", which is tracked/);
    const row = await scene.ruleRow(rule);
    assert.equal(row.mr_state, FolderRuleState.tracked);
    assert.equal(row.mr_folderpath, 'Inbox / Project');
    assert.deepEqual([row.folderonboardingstatus, row.mr_itemsdone], [2, 1]);
  });

  test('FT-08: a rule without regarding leaves open what the mail is about', async () => {
    const folder = scene.folder(anna, 'Project');
    await scene.rule(anna, folder);
    scene.put(anna, folder, { id: 'one@x.example', from });
    await scene.runAll(anna);
    const email = await scene.email('one@x.example');
    assert.ok(email);
    assert.equal(email.regardingobjectid, null);
    await scene.database.records.update('email', await idOf('one@x.example'), about(seeded.carlo));
    await scene.runAll(anna);
    assert.equal(await scene.regarding('one@x.example'), seeded.carlo);
  });

  test('FT-09, FT-10, FT-15: moved out it stays, moved to another folder it follows that one if it says so', async () => {
    const [one, two, three, open] = ['One', 'Two', 'Three', 'Open'].map((name) => scene.folder(anna, name));
    await scene.rule(anna, one ?? '', about(seeded.carla));
    await scene.rule(anna, two ?? '', about(seeded.carlo));
    await scene.rule(anna, three ?? '');
    scene.put(anna, one ?? '', { id: 'm@x.example', from });
    await scene.runAll(anna);
    const steps = [
      [open, seeded.carla],
      [two, seeded.carlo],
      [three, seeded.carlo],
      ['inbox', seeded.carlo],
      [one, seeded.carla],
    ] as const;
    for (const [folder, expected] of steps) {
      scene.move(anna, 'm@x.example', folder ?? '');
      await scene.runAll(anna);
      assert.equal(await scene.regarding('m@x.example'), expected, `in ${folder}`);
    }
    assert.equal((await scene.emails()).length, 1);
  });

  test('FT-11: a change by hand is overwritten at the next turn, unless the organisation wants it to win', async () => {
    const folder = scene.folder(anna, 'Project');
    await scene.rule(anna, folder, about(seeded.carla));
    scene.put(anna, folder, { id: 'm@x.example', from });
    await scene.runAll(anna);
    const change = async () => scene.database.records.update('email', await idOf('m@x.example'), about(seeded.carlo));
    await change();
    await scene.runAll(anna);
    assert.equal(await scene.regarding('m@x.example'), seeded.carla);
    const settings = settingsWith({
      orgdborgsettings: '<OrgSettings><mr_ManualRegardingWins>true</mr_ManualRegardingWins></OrgSettings>',
    });
    await change();
    await scene.runAll(anna, { settings });
    assert.equal(await scene.regarding('m@x.example'), seeded.carlo);
  });

  test('FT-12: of two users with the message in folders of theirs, the first counts', async () => {
    const [annas, bens] = [scene.folder(anna, 'A'), scene.folder(ben, 'B')];
    await scene.rule(anna, annas, about(seeded.carla));
    await scene.rule(ben, bens, about(seeded.carlo));
    scene.put(anna, annas, { id: 'm@x.example', from });
    scene.put(ben, bens, { id: 'm@x.example', from });
    for (const address of [anna, ben, anna, ben]) {
      await scene.runAll(address);
      assert.equal(await scene.regarding('m@x.example'), seeded.carla, `after ${address}`);
    }
    assert.equal((await scene.emails()).length, 1, 'IN-30');
  });

  test('FT-13, FT-16: another regarding for a folder links all its mail anew; none leaves the links', async () => {
    const folder = scene.folder(anna, 'Project');
    const first = await scene.rule(anna, folder, about(seeded.carla));
    for (const at of [1, 2, 3]) scene.put(anna, folder, { id: `m${at}@x.example`, from });
    await scene.runAll(anna);
    await scene.database.records.delete('mailboxtrackingfolder', first);
    const second = await scene.rule(anna, folder, about(seeded.carlo));
    await scene.runAll(anna);
    for (const at of [1, 2, 3]) assert.equal(await scene.regarding(`m${at}@x.example`), seeded.carlo);
    await scene.database.records.delete('mailboxtrackingfolder', second);
    await scene.runAll(anna);
    await scene.rule(anna, folder);
    await scene.runAll(anna);
    for (const at of [1, 2, 3]) assert.equal(await scene.regarding(`m${at}@x.example`), seeded.carlo);
  });

  test('FT-05, FT-06, FT-14: renamed, moved away, moved back, deleted and made anew', async () => {
    const folder = scene.folder(anna, 'Project');
    const rule = await scene.rule(anna, folder, about(seeded.carla));
    scene.put(anna, folder, { id: 'm1@x.example', from });
    await scene.runAll(anna);
    const { mailbox } = scene.exchange.account(anna);
    const own = mailbox.folders.get(folder);
    assert.ok(own);
    own.name = 'Renamed';
    mailbox.touchFolder(own);
    scene.put(anna, folder, { id: 'm2@x.example', from });
    await scene.runAll(anna);
    assert.ok(await scene.email('m2@x.example'));
    assert.equal((await scene.ruleRow(rule)).mr_folderpath, 'Inbox / Renamed');
    mailbox.moveFolder(own, mailbox.folderNamed('msgfolderroot'));
    scene.put(anna, folder, { id: 'm3@x.example', from });
    await scene.runAll(anna);
    assert.equal((await scene.ruleRow(rule)).mr_state, FolderRuleState.outside);
    assert.equal(await scene.email('m3@x.example'), undefined);
    mailbox.moveFolder(own, mailbox.folderNamed('inbox'));
    await scene.runAll(anna);
    assert.equal((await scene.ruleRow(rule)).mr_state, FolderRuleState.tracked);
    assert.ok(await scene.email('m3@x.example'));
    mailbox.removeFolder(own);
    const other = scene.folder(anna, 'Renamed');
    scene.put(anna, other, { id: 'm4@x.example', from });
    await scene.runAll(anna);
    const row = await scene.ruleRow(rule);
    assert.equal(row.mr_state, FolderRuleState.unknown);
    assert.match(row.mr_statereason ?? '', /no folder of this id/);
    assert.equal(await scene.email('m4@x.example'), undefined);
    assert.equal((await scene.emails()).length, 3);
  });

  test('FT-19: an answer that a rule of the server moves to another folder is not tracked', async () => {
    const [folder, other] = [scene.folder(anna, 'Project'), scene.folder(anna, 'Other')];
    await scene.rule(anna, folder);
    scene.put(anna, folder, { id: 'm1@x.example', from });
    await scene.runAll(anna);
    scene.put(anna, other, { id: 'm2@x.example', from, inReplyTo: '<m1@x.example>' });
    await scene.runAll(anna);
    assert.equal(await scene.email('m2@x.example'), undefined);
  });

  test('FT-04: folders below count where the rule includes them, those made later too', async () => {
    const folder = scene.folder(anna, 'Project');
    const below = scene.folder(anna, 'Below', folder);
    await scene.rule(anna, folder, { mr_includesubfolders: true, ...about(seeded.carla) });
    scene.put(anna, below, { id: 'm1@x.example', from });
    await scene.runAll(anna);
    const later = scene.folder(anna, 'Later', below);
    scene.put(anna, later, { id: 'm2@x.example', from });
    await scene.runAll(anna);
    for (const at of [1, 2]) assert.equal(await scene.regarding(`m${at}@x.example`), seeded.carla);
  });

  test('FT-01, QU-10: a queue has its folders tracked by an option', async () => {
    const folder = scene.folder(support, 'Project');
    await scene.rule(support, folder);
    scene.put(support, folder, { id: 'm@x.example', from });
    await scene.runAll(support);
    assert.equal(await scene.email('m@x.example'), undefined);
    const settings = settingsWith({
      orgdborgsettings: '<OrgSettings><mr_TrackFoldersOfQueues>true</mr_TrackFoldersOfQueues></OrgSettings>',
    });
    await scene.runAll(support, { settings });
    assert.ok(await scene.email('m@x.example'));
    await scene.runAll(support, { settings: settingsWith({ isfolderbasedtrackingenabled: false }) });
  });

  test('FT-07, FT-09: folders in which nothing happened cost one request together, and nothing that happens is missed', async () => {
    const folders = Array.from({ length: 20 }, (_, number) => scene.folder(anna, `Project ${number}`));
    const [first = '', second = ''] = folders;
    for (const [number, folder] of folders.entries()) {
      scene.put(anna, folder, { id: `m${number}@x.example`, from });
      await scene.rule(anna, folder);
    }
    const operations = (): readonly string[] =>
      scene.exchange.requests.flatMap(({ operation }) => (operation.startsWith('Sync') ? operation : []));
    const turn = async (): Promise<number> => {
      scene.exchange.forgetRequests();
      await scene.runAll(anna);
      return operations().length;
    };
    await turn();
    assert.equal((await scene.emails()).length, 20);
    // What we marked ourselves has changed the folders; and what is told in whole seconds is looked at twice.
    for (let turns = 0; turns < 3; turns += 1) {
      await scene.clock.advance(10_000);
      await turn();
    }
    assert.equal(await turn(), 2, 'the inbox and the hierarchy');
    scene.put(anna, first, { id: 'new@x.example', from });
    assert.equal(await turn(), 3);
    assert.ok(await scene.email('new@x.example'));
    scene.put(anna, first, { id: 'soon@x.example', from });
    await turn();
    assert.ok(await scene.email('soon@x.example'), 'again within the time in which a stamp may stay the same');
    scene.move(anna, 'm1@x.example', first);
    await turn();
    const { rows } = await scene.database.records.retrieveMultiple({ table: 'mailboxtrackingfolder' });
    const done = (folder: string) => rows.find(({ exchangefolderid }) => exchangefolderid === folder)?.mr_itemsdone;
    assert.deepEqual([done(first), done(second)], [4, 0]);
  });

  test('FT-20: a folder is taken in by slices with its progress on the rule; what is older than the start date stays', async () => {
    const folder = scene.folder(anna, 'Project');
    scene.put(anna, folder, { id: 'old@x.example', from, date: new Date('2025-01-01T00:00:00Z') });
    await scene.clock.advance(60_000);
    await scene.database.records.update('mailbox', seeded.annasMailbox, {
      processemailreceivedafter: scene.clock.now(),
    });
    for (let at = 0; at < 50; at += 1) {
      scene.put(anna, folder, { id: `m${at}@x.example`, from, date: new Date('2025-01-01T00:00:00Z') });
    }
    const rule = await scene.rule(anna, folder);
    const steps: unknown[] = [];
    for (let more = true; more; ) {
      more = (await scene.run(anna, { maxItems: 20 })).more;
      const { mr_itemstotal, mr_itemsdone, folderonboardingstatus } = await scene.ruleRow(rule);
      steps.push([mr_itemsdone, mr_itemstotal, folderonboardingstatus]);
    }
    assert.deepEqual(steps, [
      [21, 51, 1],
      [41, 51, 1],
      [51, 51, 2],
    ]);
    assert.equal((await scene.emails()).length, 50);
    const { mailbox } = scene.exchange.account(anna);
    const [old] = mailbox.itemsWithMessageId('<old@x.example>');
    assert.ok(old);
    mailbox.changeItem(old, () => {
      old.subject = 'Changed later';
    });
    await scene.runAll(anna);
    assert.equal(await scene.email('old@x.example'), undefined, 'a change of what was left alone takes nothing in');
    scene.move(anna, 'old@x.example', 'inbox');
    scene.move(anna, 'old@x.example', folder);
    await scene.runAll(anna);
    assert.ok(await scene.email('old@x.example'), 'FT-07: put there by a person it is tracked whatever its date');
  });

  test('IN-37: what the mailbox itself sent is tracked as sent, wherever a person puts it', async () => {
    const folder = scene.folder(anna, 'Project');
    await scene.rule(anna, folder, about(seeded.carla));
    scene.put(anna, folder, { id: 'm@x.example', from: anna, to: 'carla@customer.example' });
    await scene.runAll(anna);
    const email = await scene.email('m@x.example');
    assert.equal(email?.directioncode, true);
    assert.equal(email?.statuscode, 3);
    assert.equal(email?.regardingobjectid?.id, seeded.carla);
  });

  test('PAIN-17: an email that was deleted here does not come back by lying in a folder', async () => {
    const folder = scene.folder(anna, 'Project');
    await scene.rule(anna, folder);
    scene.put(anna, folder, { id: 'm@x.example', from });
    await scene.runAll(anna);
    await scene.database.records.delete('email', await idOf('m@x.example'));
    await scene.runAll(anna);
    assert.equal(await scene.email('m@x.example'), undefined);
  });

  async function idOf(messageId: string): Promise<string> {
    const { rows } = await scene.database.records.retrieveMultiple({
      table: 'email',
      columns: ['activityid'],
      filter: { column: 'messageid', operator: 'eq', value: messageId },
    });
    return rows[0]?.activityid ?? '';
  }
});
