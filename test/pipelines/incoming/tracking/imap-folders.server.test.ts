import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ImapFlow } from 'imapflow';
import { openImap } from '../../../../src/connectors/imap/open-imap.ts';
import { FolderRuleState, ServerType } from '../../../../src/tables/choices.ts';
import { type DovecotServer, startDovecot } from '../../../../testbed/servers/dovecot.ts';
import { serverSkip } from '../../../../testbed/servers/require-server.ts';
import { seeded } from '../../../support/organisation.ts';
import { type IncomingHouse, openHouse, rawMail } from '../incoming-fixtures.ts';
import { contact } from './exchange-scene.ts';

const skip = serverSkip('dovecot', 'dovecot-core dovecot-pop3d dovecot-imapd dovecot-lmtpd');
const user = 'anna';
const from = 'Nora Nobody <nora@nowhere.example>';

describe('folder-level tracking over IMAP on a real Dovecot', { skip }, () => {
  let server: DovecotServer;
  let house: IncomingHouse;
  let person: ImapFlow;

  before(async () => {
    server = await startDovecot();
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

  async function runAll(): Promise<void> {
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
    for (let turns = 0; turns < 20; turns += 1) {
      const outcome = await house.turn({ connect }, { mailboxid: seeded.annasMailbox });
      assert.equal(outcome.error, undefined);
      await house.clock.advance(1000);
      if (!outcome.more) return;
    }
    assert.fail('The turns do not end.');
  }
  const email = async (id: string) => (await house.emails()).find(({ messageid }) => messageid === id);
  async function moveFromInbox(id: string, path: string): Promise<void> {
    const lock = await person.getMailboxLock('INBOX');
    try {
      await person.noop();
      const found = await person.search({ header: { 'message-id': `<${id}>` } }, { uid: true });
      assert.ok(Array.isArray(found) && found.length === 1);
      await person.messageMove(found.join(','), path, { uid: true });
    } finally {
      lock.release();
    }
  }

  test('FT-07, FT-08: mail that a person moves into a tracked folder becomes an email about what the rule says', async () => {
    const { path } = await person.mailboxCreate('INBOX.Projekt Größe');
    const rule = await house.database.records.create('mailboxtrackingfolder', {
      mailboxid: { table: 'mailbox', id: seeded.annasMailbox },
      exchangefolderid: path,
      regardingobjectid: contact(seeded.carla),
    });
    await server.addMessage(user, rawMail({ id: 'one@x.example', from, to: 'anna@ours.example' }));
    await runAll();
    assert.equal(await email('one@x.example'), undefined, 'the filter takes answers only');
    await moveFromInbox('one@x.example', path);
    await runAll();
    assert.equal((await email('one@x.example'))?.regardingobjectid?.id, seeded.carla);
    const row = await house.database.records.retrieve('mailboxtrackingfolder', rule);
    assert.equal(row?.mr_state, FolderRuleState.tracked);
    assert.match(row?.mr_folderpath ?? '', /Projekt Größe$/);
  });

  test('FT-09: moved out it stays, and what arrives in the inbox goes on as before', async () => {
    await server.addMessage(user, rawMail({ id: 'two@x.example', from, to: 'anna@ours.example' }));
    await runAll();
    await moveFromInbox('two@x.example', 'INBOX.Projekt Größe');
    await runAll();
    assert.equal((await email('two@x.example'))?.regardingobjectid?.id, seeded.carla);
    const lock = await person.getMailboxLock('INBOX.Projekt Größe');
    await person.noop();
    await person.messageMove('1:*', 'INBOX', {});
    lock.release();
    await runAll();
    assert.equal((await house.emails()).length, 2);
    assert.equal((await email('two@x.example'))?.regardingobjectid?.id, seeded.carla);
  });
});
