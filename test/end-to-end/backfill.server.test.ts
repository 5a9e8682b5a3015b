import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { configSchema } from '../../src/app/config-schema.ts';
import { createEngine, type Engine } from '../../src/app/engine.ts';
import { systemClock } from '../../src/base/clock.ts';
import { createLog } from '../../src/base/log.ts';
import { type DovecotServer, startDovecot } from '../../testbed/servers/dovecot.ts';
import { serverSkip } from '../../testbed/servers/require-server.ts';
import { rawMail } from '../pipelines/incoming/incoming-fixtures.ts';
import { runMailroom } from '../support/command-line.ts';
import { type BareTestDatabase, createTestDatabase } from '../support/database.ts';
import { type ApiClient, apiClient, type Json } from './api-client.ts';

const skip = serverSkip('dovecot', 'dovecot-core dovecot-pop3d dovecot-imapd dovecot-lmtpd');
const address = 'support@harbour.example';
const patienceMs = 60_000;

describe('old mail on a real POP3 server, over the command line', { skip, timeout: 300_000 }, () => {
  const token = randomBytes(24).toString('hex');
  const secretKey = '07'.repeat(32);
  let database: BareTestDatabase;
  let server: DovecotServer;
  let engine: Engine;
  let api: ApiClient;
  let mailboxId: string;

  before(async () => {
    [database, server] = await Promise.all([createTestDatabase(), startDovecot()]);
    const config = configSchema.parse({
      databaseUrl: database.url,
      secretKey,
      port: 0,
      logLevel: 'warn',
      adminToken: token,
    });
    engine = await createEngine({ config, clock: systemClock, log: createLog('warn'), roles: ['web', 'worker'] });
    api = apiClient((await engine.start()).url, token);
  });

  after(async () => {
    await engine?.stop();
    await Promise.all([server?.stop(), database?.drop()]);
  });

  const mailroom = (...args: string[]): Promise<string> =>
    runMailroom({ MAILROOM_DATABASE_URL: database.url, MAILROOM_SECRET_KEY: secretKey }, ...args);

  const count = async (set: string, filter = ''): Promise<number> =>
    (await api.list(set, `$select=createdon${filter === '' ? '' : `&$filter=${filter}`}`)).length;

  /** Days before the year of the tests; the first of them is the oldest. */
  const deliver = async (): Promise<void> => {
    for (let day = 1; day <= 5; day += 1) {
      const date = new Date(Date.UTC(2024, 0, day, 8));
      const received = `from mx by pop; ${date.toUTCString().replace('GMT', '+0000')}`;
      const to = day === 2 ? 'else@harbour.example' : address;
      await server.addMessage(
        address,
        rawMail({ id: `day${day}@x.example`, to, date, headers: { Received: received }, subject: `Day ${day}` }),
      );
    }
  };

  test('a mailbox that starts now leaves old mail where it is', async () => {
    await deliver();
    const profileId = await api.create('emailserverprofiles', {
      name: 'Harbour mail',
      servertype: 1,
      incomingserverlocation: 'localhost',
      incomingportnumber: server.ports.pop3s,
      incomingusessl: true,
      mr_incomingsecurity: 100000001,
      outgoingserverlocation: 'localhost',
      outgoingusessl: true,
      incomingcredentialretrieval: 0,
      outgoingcredentialretrieval: 0,
      mr_trustedcertificates: server.caPem,
    });
    await api.create('queues', { name: 'Support', emailaddress: address, incomingemailfilteringmethod: 0 });
    const [mailbox] = await api.list('mailboxes', `$filter=emailaddress eq '${address}'`);
    mailboxId = String(mailbox?.mailboxid);
    await api.update('mailboxes', mailboxId, {
      'emailserverprofile@odata.bind': `/emailserverprofiles(${profileId})`,
      outgoingemaildeliverymethod: 0,
      allowemailconnectortousecredentials: true,
      username: address,
      password: server.password,
    });
    await api.update('mailboxes', mailboxId, { emailrouteraccessapproval: 1, testemailconfigurationscheduled: true });
    await api.until('decisions about the old messages', patienceMs, async () => {
      return (await count('mr_maildecisions')) === 5;
    });
    const decisions = await api.list('mr_maildecisions', '$select=mr_reasoncode');
    assert.ok(decisions.every((one) => one.mr_reasoncode === 'BeforeStartDate'));
    assert.equal(await count('emails'), 0);
  });

  test('mailbox preview tells what a backfill would track and changes nothing, here or there', async () => {
    const before = (await server.listMessages(address)).map(({ fileName }) => fileName);
    const shown = JSON.parse(
      await mailroom('--json', 'mailbox', 'preview', address, '--since', '2024-01-02'),
    ) as Json[];
    assert.deepEqual(
      shown.map((mail) => [mail.messageId, mail.verdict]),
      [2, 3, 4, 5].map((day) => [`day${day}@x.example`, 'tracked']),
    );
    assert.match(String(shown[0]?.reason), /whose mailbox it was found in, takes all messages/);
    const table = await mailroom('mailbox', 'preview', address, '--since', '2024-01-04T00:00:00Z');
    assert.match(table, /Day 5 +would be tracked +Support takes all messages/);
    assert.match(table, /2 would be tracked, 3 from before\. Nothing was done\./);
    assert.equal(await count('emails'), 0);
    assert.deepEqual(
      (await server.listMessages(address)).map(({ fileName }) => fileName),
      before,
      'IN-07: names of Maildir files hold the flags',
    );
  });

  test('PAIN-25: mailbox backfill takes them in and waits for the end; repeating it doubles nothing', async () => {
    const done = JSON.parse(await mailroom('--json', 'mailbox', 'backfill', address, '--since', '2024-01-02')) as Json;
    assert.deepEqual([done.state, done['new emails'], done['looked at']], ['done', 4, 5]);
    const emails = await api.list('emails', '$select=messageid&$orderby=messageid');
    assert.deepEqual(
      emails.map((email) => email.messageid),
      [2, 3, 4, 5].map((day) => `day${day}@x.example`),
    );
    const again = JSON.parse(await mailroom('--json', 'mailbox', 'backfill', address, '--since', '2024-01-01')) as Json;
    assert.deepEqual([again.state, again['new emails']], ['done', 1]);
    assert.equal(await count('emails'), 5);
    assert.ok(
      (await server.listMessages(address)).every(({ flags }) => !flags.includes('S')),
      'IN-07',
    );
  });

  test('mailbox reevaluate brings back what was deleted here, and nothing else (IN-31, TE-09)', async () => {
    const [email] = await api.list('emails', "$filter=messageid eq 'day3@x.example'");
    await engine.database.records.delete('email', String(email?.activityid));
    const done = JSON.parse(
      await mailroom('--json', 'mailbox', 'reevaluate', address, '--since', '2024-01-01'),
    ) as Json;
    assert.deepEqual([done.state, done['new emails']], ['done', 1]);
    assert.equal(await count('emails', "messageid eq 'day3@x.example'"), 1);
    assert.equal(await count('emails'), 5);
  });

  test('a message that failed is listed with its cause, and released once that is mended (SC-14)', async () => {
    await server.addMessage(
      address,
      rawMail({ id: 'bad@x.example', from: 'nobody', date: new Date(), subject: 'Bad' }),
    );
    await mailroom('mailbox', 'run-now', address);
    await api.until('message in the quarantine', patienceMs, async () => (await count('mr_quarantines')) === 1);
    const listed = JSON.parse(await mailroom('--json', 'quarantine', 'list', '--mailbox', address)) as Json[];
    assert.deepEqual(
      listed.map((row) => [row.mr_messageid, row.mr_causecode]),
      [['bad@x.example', 'InvalidSender']],
    );
    const asked = JSON.parse(await mailroom('--json', 'quarantine', 'release', '<bad@x.example>')) as Json;
    assert.equal(asked.status, 'Release asked');
    const held = await api.until('second try', patienceMs, async () => {
      const [row] = await api.list('mr_quarantines');
      return row?.mr_status === 100000001 ? row : undefined;
    });
    assert.equal(held.mr_attempts, 2, 'nothing was mended: it is held');
    await mailroom('quarantine', 'discard', String(held.mr_quarantineid));
    assert.match(await mailroom('quarantine', 'list'), /No message is in the quarantine/);
    await assert.rejects(mailroom('quarantine', 'release', 'bad@x.example'), { code: 3 });
  });

  test('explain tells the story of a message', async () => {
    const story = await mailroom('explain', '<day5@x.example>');
    assert.match(story, /^Message <day5@x\.example>: "Day 5"$/m);
    assert.match(story, /Tracked \(Accepted\), decided .* UTC: Support takes all messages\./);
    const json = JSON.parse(await mailroom('--json', 'explain', 'day5@x.example')) as { decisions: Json[] };
    assert.equal(json.decisions.length, 1);
    await assert.rejects(mailroom('explain', 'nobody@x.example'), { code: 3 });
    await assert.rejects(mailroom('mailbox', 'preview', address, '--since', 'yesterday'), /It is no date/);
  });
});
