import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Connect, createConnect } from '../../src/app/connectors.ts';
import type { ConnectTerms } from '../../src/scheduler/scheduler-options.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { CredentialRetrieval } from '../../src/tables/choices.ts';
import { type DovecotServer, startDovecot } from '../../testbed/servers/dovecot.ts';
import { type IntrospectionService, startIntrospectionService } from '../../testbed/servers/introspection-service.ts';
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
  let authority: IntrospectionService;
  const watched: Promise<void>[] = [];

  before(async () => {
    authority = await startIntrospectionService();
    const mail = { introspectionUrl: authority.url, extra: 'auth_mechanisms = plain xoauth2' };
    [opened, dovecot] = await Promise.all([openTestDatabase(), startDovecot(mail)]);
    const { records } = opened.database;
    const tokens = { accessToken: async () => 'good', store: async () => undefined };
    connect = createConnect({ records, secretBox: opened.secretBox, clock, clientName: undefined, tokens });
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
    await listen(profile);
  });
  after(async () => {
    ending.abort();
    await Promise.all(watched);
    await dovecot?.stop();
    await authority?.stop();
    await opened?.close();
  });

  /** Opens the line of the mailbox, a minute ago. */
  async function listen(by: RecordOf<'emailserverprofile'>): Promise<void> {
    const { watch } = await connect(mailbox, by, 'incoming', ending.signal, { gates });
    assert.ok(watch);
    await new Promise<void>((resolve) => {
      watched.push(watch(() => undefined, ending.signal, undefined, resolve));
    });
    await clock.advance(minute);
  }

  let cursor: string | null = null;
  /** Opens the mailbox and lists what follows the last cursor: how often the server was signed in to for that. */
  async function signIns(terms: ConnectTerms, mine = mailbox, by = profile): Promise<number> {
    const before = await logins();
    const connector = await connect(mine, by, 'incoming', quiet, { gates, ...terms });
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

  test('PAIN-03: who signs in by consent signs in at every turn, so that a withdrawn consent is told', async () => {
    const consent = { ...profile, incomingcredentialretrieval: CredentialRetrieval.gmailOAuth };
    authority.tokens.set('good', 'ada');
    await listen(consent);
    for (let turn = 0; turn < 3; turn += 1) assert.equal(await signIns({ mayRest: true }, mailbox, consent), 1);
    authority.tokens.clear();
    await assert.rejects(signIns({ mayRest: true }, mailbox, consent), { kind: 'credentials' });
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
