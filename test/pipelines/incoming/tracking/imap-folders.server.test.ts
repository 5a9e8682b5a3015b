import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ImapFlow } from 'imapflow';
import { openImap } from '../../../../src/connectors/imap/open-imap.ts';
import type { FolderTracker } from '../../../../src/contracts/folder-tracker.ts';
import { listMailFolders } from '../../../../src/pipelines/incoming/tracking/list-mail-folders.ts';
import { FolderRuleState, ServerType } from '../../../../src/tables/choices.ts';
import { startCyrus } from '../../../../testbed/servers/cyrus.ts';
import { startDovecot } from '../../../../testbed/servers/dovecot.ts';
import { serverSkip } from '../../../../testbed/servers/require-server.ts';
import { seeded } from '../../../support/organisation.ts';
import { type IncomingHouse, openHouse, rawMail, settingsWith } from '../incoming-fixtures.ts';
import { contact } from './exchange-scene.ts';

const user = 'anna';
const from = 'Nora Nobody <nora@nowhere.example>';
const keyword = 'tracked_to_crm';

interface ImapServer {
  readonly ports: { readonly imaps: number };
  readonly caPem: string;
  readonly password: string;
  stop(): Promise<void>;
}

const servers: readonly (readonly [string, string | false, () => Promise<ImapServer>])[] = [
  ['Dovecot', serverSkip('dovecot', 'dovecot-core dovecot-pop3d dovecot-imapd dovecot-lmtpd'), () => startDovecot()],
  ['Cyrus', serverSkip('cyrus', 'cyrus-imapd'), () => startCyrus([user])],
];

for (const [name, skip, start] of servers)
  describe(`tracking by folder and keyword over IMAP on a real ${name}`, { skip }, () => {
    let server: ImapServer;
    let house: IncomingHouse;
    let person: ImapFlow;

    before(async () => {
      server = await start();
      house = await openHouse();
      await house.database.records.update('emailserverprofile', seeded.profile, { servertype: ServerType.imapSmtp });
      person = new ImapFlow({
        host: 'localhost',
        port: server.ports.imaps,
        secure: true,
        auth: { user, pass: server.password },
        tls: { ca: server.caPem },
        logger: false,
      });
      await person.connect();
    });
    after(async () => {
      person?.close();
      await house?.close();
      await server?.stop();
    });

    const connect = () =>
      openImap(
        {
          host: 'localhost',
          port: server.ports.imaps,
          security: 'tls',
          signIn: { kind: 'password', username: user, password: server.password },
          timeoutMs: 10_000,
          maxMessageBytes: 1024 * 1024,
          caPem: server.caPem,
        },
        new AbortController().signal,
      );
    async function runAll(trackedKeyword?: string): Promise<void> {
      const settings = settingsWith(trackedKeyword === undefined ? {} : { mr_trackedkeyword: trackedKeyword });
      for (let turns = 0; turns < 20; turns += 1) {
        const outcome = await house.turn({ connect }, { mailboxid: seeded.annasMailbox, settings });
        assert.equal(outcome.error, undefined);
        await house.clock.advance(1000);
        if (!outcome.more) return;
      }
      assert.fail('The turns do not end.');
    }
    const email = async (id: string) => (await house.emails()).find(({ messageid }) => messageid === id);
    const arrives = (id: string, path = 'INBOX') =>
      person.append(path, rawMail({ id, from, to: 'anna@ours.example' }), [], new Date('2026-01-02T11:00:00Z'));
    async function at<T>(path: string, id: string, work: (uid: string) => Promise<T>): Promise<T> {
      const lock = await person.getMailboxLock(path);
      try {
        await person.noop();
        const found = await person.search({ header: { 'message-id': `<${id}>` } }, { uid: true });
        assert.ok(Array.isArray(found) && found.length === 1);
        return await work(found.join(','));
      } finally {
        lock.release();
      }
    }
    const move = (id: string, source: string, target: string) =>
      at(source, id, (uid) => person.messageMove(uid, target, { uid: true }));
    const keywords = (id: string, path = 'INBOX') =>
      at(path, id, async (uid) => {
        const found = await person.fetchOne(uid, { flags: true }, { uid: true });
        return found === false ? [] : [...(found.flags ?? [])].filter((flag) => flag !== '\\Recent');
      });
    const ruleOf = async (id: string) => (await house.database.records.retrieve('mailboxtrackingfolder', id)) ?? {};
    let rule: string;

    test('FT-07, FT-08: a folder beside the inbox, of any script: what a person moves there becomes an email about what the rule says', async () => {
      const name = 'Projekt Größe 顧客';
      await person.mailboxCreate(name);
      const connector = await connect();
      const tree = await (connector.folders as FolderTracker).folders(undefined, new AbortController().signal);
      await connector.close();
      const folder = tree.folders.find((one) => one.name === name);
      rule = await house.database.records.create('mailboxtrackingfolder', {
        mailboxid: { table: 'mailbox', id: seeded.annasMailbox },
        exchangefolderid: folder?.id ?? '',
        regardingobjectid: contact(seeded.carla),
      });
      await arrives('one@x.example');
      await runAll();
      assert.equal(await email('one@x.example'), undefined, 'the filter takes answers only');
      await move('one@x.example', 'INBOX', name);
      await runAll();
      assert.equal((await email('one@x.example'))?.regardingobjectid?.id, seeded.carla);
      const row = await ruleOf(rule);
      assert.equal(row.mr_state, FolderRuleState.tracked);
      assert.equal(row.mr_folderpath, name);
      const listed = await listMailFolders(house.database, seeded.annasMailbox);
      assert.ok(listed.some(({ id, path }) => id === folder?.id && path === name));
      assert.ok(!listed.some(({ path }) => path.toUpperCase() === 'INBOX'));
    });

    test('FT-05, FT-06: renamed and put below another folder it is the same folder to the rule; nothing is taken twice', async () => {
      const { delimiter = '/' } = (await person.list())[0] ?? {};
      await person.mailboxCreate('Clients');
      const moved = ['Clients', 'Northwind'].join(delimiter);
      await person.mailboxRename('Projekt Größe 顧客', moved);
      await arrives('two@x.example', moved);
      await runAll();
      assert.equal((await email('two@x.example'))?.regardingobjectid?.id, seeded.carla);
      assert.equal((await house.emails()).length, 2);
      assert.equal((await ruleOf(rule)).mr_folderpath, 'Clients / Northwind');
      await move('two@x.example', moved, 'INBOX');
      await runAll();
      assert.equal((await house.emails()).length, 2);
      assert.equal((await email('two@x.example'))?.regardingobjectid?.id, seeded.carla, 'FT-09');
    });

    test('CN-05: labels of Gmail are folders: a message in the inbox and under a tracked label is one email, about what the rule says', async () => {
      const label = (await person.list()).find(({ name }) => name === 'Northwind')?.path ?? '';
      await arrives('labelled@x.example');
      await runAll();
      await at('INBOX', 'labelled@x.example', (uid) => person.messageCopy(uid, label, { uid: true }));
      await runAll();
      const found = (await house.emails()).filter(({ messageid }) => messageid === 'labelled@x.example');
      assert.deepEqual(
        found.map(({ regardingobjectid }) => regardingobjectid?.id),
        [seeded.carla],
      );
    });

    test('CT-05, IN-07: with a keyword named, what is tracked bears it, and the read state stays', async () => {
      await runAll(keyword);
      await arrives('three@x.example', 'Clients');
      await at('Clients', 'three@x.example', (uid) => person.messageFlagsAdd(uid, ['$Label2'], { uid: true }));
      await move(
        'three@x.example',
        'Clients',
        (await person.list()).find(({ name }) => name === 'Northwind')?.path ?? '',
      );
      await runAll(keyword);
      assert.ok(await email('three@x.example'));
      const path = (await person.list()).find(({ name }) => name === 'Northwind')?.path ?? '';
      assert.deepEqual((await keywords('three@x.example', path)).sort(), ['$Label2', keyword]);
    });

    test('CT-03, CT-09: a message that a person gives the keyword, in any folder, is tracked past the filter', async () => {
      await arrives('four@x.example');
      await arrives('five@x.example', 'Clients');
      await runAll(keyword);
      assert.equal(await email('four@x.example'), undefined);
      await at('INBOX', 'four@x.example', (uid) => person.messageFlagsAdd(uid, [keyword.toUpperCase()], { uid: true }));
      await at('Clients', 'five@x.example', (uid) => person.messageFlagsAdd(uid, [keyword], { uid: true }));
      await runAll(keyword);
      for (const id of ['four@x.example', 'five@x.example']) assert.ok(await email(id), id);
      assert.ok(!(await keywords('four@x.example')).includes('\\Seen'));
    });

    test('CT-04: taken off the message is not followed any more, and its email stays', async () => {
      await runAll(keyword);
      await at('INBOX', 'four@x.example', async (uid) =>
        person.messageFlagsRemove(uid, [keyword, keyword.toUpperCase()], { uid: true }),
      );
      await runAll(keyword);
      const decisions = (await house.decisions()).filter((one) => one.mr_messageid === 'four@x.example');
      assert.deepEqual(
        decisions.map((one) => one.mr_reasoncode),
        ['Untracked'],
      );
      assert.ok(await email('four@x.example'));
      assert.deepEqual(await keywords('four@x.example'), [], 'no mark comes back');
    });

    test('without a keyword named nothing is marked', async () => {
      await move('five@x.example', 'Clients', 'INBOX');
      await arrives('six@x.example', 'Clients');
      await move(
        'six@x.example',
        'Clients',
        (await person.list()).find(({ name }) => name === 'Northwind')?.path ?? '',
      );
      await runAll();
      assert.ok(await email('six@x.example'));
      const path = (await person.list()).find(({ name }) => name === 'Northwind')?.path ?? '';
      assert.deepEqual(await keywords('six@x.example', path), []);
    });
  });
