import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Connect, createConnect } from '../../src/app/connectors.ts';
import type { ConnectTerms } from '../../src/scheduler/scheduler-options.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { type DovecotServer, startDovecot } from '../../testbed/servers/dovecot.ts';
import { serverSkip } from '../../testbed/servers/require-server.ts';
import { heldClock } from '../support/clock.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

const skip = serverSkip('dovecot', 'dovecot-core dovecot-pop3d dovecot-imapd dovecot-lmtpd');
const quiet = new AbortController().signal;
const gates = { allowNonSsl: true, allowBasicOverPlain: true };
const minute = 60_000;

describe('SC-05: who may ask the open line instead of the server', { skip }, () => {
  const clock = heldClock();
  const ending = new AbortController();
  let opened: TestDatabase;
  let dovecot: DovecotServer;
  let connect: Connect;
  let profile: RecordOf<'emailserverprofile'>;
  let mailbox: RecordOf<'mailbox'>;
  let watched: Promise<void>;

  before(async () => {
    [opened, dovecot] = await Promise.all([openTestDatabase(), startDovecot()]);
    const { records } = opened.database;
    connect = createConnect({ records, secretBox: opened.secretBox, clock, clientName: undefined });
    const id = await records.create('emailserverprofile', {
      name: 'IMAP',
      servertype: 4,
      incomingserverlocation: '127.0.0.1',
      incomingportnumber: dovecot.ports.imap,
      incomingusessl: false,
      incomingcredentialretrieval: 0,
    });
    profile = (await records.retrieve('emailserverprofile', id)) ?? {};
    const mailboxid = await records.create('mailbox', {
      name: 'Ada',
      emailaddress: 'ada@harbour.example',
      allowemailconnectortousecredentials: true,
      username: 'ada',
      password: dovecot.password,
    });
    mailbox = (await records.retrieve('mailbox', mailboxid)) ?? {};
    const { watch } = await connect(mailbox, profile, 'incoming', ending.signal, { gates });
    await new Promise<void>((resolve) => {
      watched = watch?.(() => undefined, ending.signal, undefined, resolve) ?? Promise.resolve();
    });
    await clock.advance(minute);
  });
  after(async () => {
    ending.abort();
    await watched;
    await dovecot?.stop();
    await opened?.close();
  });

  let cursor: string | null = null;
  /** Opens the mailbox and lists what follows the last cursor: how often the server was signed in to for that. */
  async function signIns(terms: ConnectTerms, mine: RecordOf<'mailbox'> = mailbox): Promise<number> {
    const before = await logins();
    const connector = await connect(mine, profile, 'incoming', quiet, { gates, ...terms });
    for await (const page of connector.retriever?.list(cursor, quiet) ?? []) cursor = page.cursor;
    await connector.close();
    return (await logins()) - before;
  }
  const logins = async (): Promise<number> => (await dovecot.readLog()).split('Login: user=<ada>').length - 1;

  test('turns ask on the line; who does not rest signs in, and so does everybody after another password was entered', async () => {
    const turn = { mayRest: true };
    assert.equal(await signIns(turn), 1, 'the inbox is listed for the first time');
    assert.equal(await signIns(turn), 0);
    assert.equal(await signIns({}), 1, 'a preview');
    assert.equal(await signIns({ checks: true }), 1, 'Test & Enable');
    assert.equal(await signIns(turn), 0);
    const { records } = opened.database;
    await records.update('mailbox', mailbox.mailboxid ?? '', { password: 'wrong' });
    await assert.rejects(signIns(turn), { kind: 'credentials' });
    await records.update('mailbox', mailbox.mailboxid ?? '', { password: dovecot.password });
    assert.equal(await signIns(turn), 0);
  });

  test('EP-07: a line is not asked once its profile may not be used any more', async () => {
    await assert.rejects(signIns({ mayRest: true, gates: { allowNonSsl: false, allowBasicOverPlain: false } }), {
      code: '8005E234',
    });
    await assert.rejects(signIns({ mayRest: true }, { ...mailbox, allowemailconnectortousecredentials: false }), {
      code: '8005E209',
    });
  });
});
