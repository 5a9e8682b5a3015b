import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import { configSchema } from '../../src/app/config-schema.ts';
import { createEngine, type Engine } from '../../src/app/engine.ts';
import { systemClock } from '../../src/base/clock.ts';
import { createLog } from '../../src/base/log.ts';
import { type ExchangeSimulator, startExchange } from '../../testbed/exchange/start-exchange.ts';
import { type DavmailServer, startDavmail } from '../../testbed/servers/davmail.ts';
import { serverSkip } from '../../testbed/servers/require-server.ts';
import { type ApiClient, apiClient } from './api-client.ts';

const skip = serverSkip('davmail', 'davmail-server');
const patienceMs = 30_000;
const support = { address: 'support@harbour.example', password: 'of the queue' };
const ben = { address: 'ben@harbour.example', password: 'of ben' };

/** DavMail, a program of others, is the second way into the mailboxes that Mailroom works on over EWS. */
describe('Exchange, seen through DavMail', { skip, timeout: 170_000 }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-davmail-e2e-'));
  let exchange: ExchangeSimulator;
  let davmail: DavmailServer;
  let engine: Engine;
  let api: ApiClient;
  let queueId: string;
  let contactId: string;

  before(async () => {
    chmodSync(folder, 0o755);
    exchange = await startExchange({ mailboxes: [support, ben] });
    davmail = await startDavmail(exchange.ewsUrl);
    const token = randomBytes(24).toString('hex');
    const config = configSchema.parse({
      dataDir: path.join(folder, 'data'),
      port: 0,
      logLevel: 'warn',
      adminToken: token,
    });
    engine = await createEngine({ config, clock: systemClock, log: createLog('warn'), roles: ['web', 'worker'] });
    api = apiClient((await engine.start()).url, token);
    const [organization] = await api.list('organizations', '$select=organizationid');
    await api.update('organizations', String(organization?.organizationid), {
      mr_allownonsslemail: true,
      mr_allowbasicauthenticationonnonsecurechannel: true,
      mr_mailpollingintervalseconds: 1,
      mr_outgoingpollingintervalseconds: 1,
    });
    const profile = await api.create('emailserverprofiles', {
      name: 'Exchange',
      servertype: 0,
      incomingserverlocation: exchange.ewsUrl,
      incomingusessl: false,
      incomingcredentialretrieval: 0,
      usesamesettingsforoutgoingconnections: true,
    });
    contactId = await api.create('contacts', { lastname: 'Ben', emailaddress1: ben.address });
    queueId = await api.create('queues', {
      name: 'Support',
      emailaddress: support.address,
      incomingemailfilteringmethod: 0,
    });
    const [mailbox] = await api.list('mailboxes', `$select=mailboxid&$filter=emailaddress eq '${support.address}'`);
    const mailboxId = String(mailbox?.mailboxid);
    await api.update('mailboxes', mailboxId, {
      'emailserverprofile@odata.bind': `/emailserverprofiles(${profile})`,
      incomingemaildeliverymethod: 2,
      outgoingemaildeliverymethod: 2,
      allowemailconnectortousecredentials: true,
      username: support.address,
      password: support.password,
      emailrouteraccessapproval: 1,
      testemailconfigurationscheduled: true,
    });
    await api.until('passed test', patienceMs, async () => {
      const row = await api.get('mailboxes', mailboxId);
      if (row.mailboxstatus === 2) throw new Error(`The test failed: ${String(row.mr_testresult)}`);
      return row.enabledforincomingemail === true && row.enabledforoutgoingemail === true;
    });
  });

  after(async () => {
    await engine?.stop();
    await davmail?.stop();
    await exchange?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('OU-10: a mail that Mailroom sends over EWS is read through the IMAP of DavMail', async () => {
    const email = await api.create('emails', {
      subject: 'Your pallet',
      description: '<p>It is on its way, sch\u00f6n.</p>',
      email_activity_parties: [
        { 'partyid_queue@odata.bind': `/queues(${queueId})`, participationtypemask: 1 },
        { 'partyid_contact@odata.bind': `/contacts(${contactId})`, participationtypemask: 2 },
      ],
    });
    await api.act('emails', email, 'SendEmail', { IssueSend: true });
    const sent = await api.until('the email is sent', patienceMs, async () => {
      const row = await api.get('emails', email);
      return row.statuscode === 3 ? row : undefined;
    });
    const raw = await inboxOf(ben);
    const ours = raw.find((source) => source.includes(String(sent.messageid)));
    assert.ok(ours !== undefined, 'the mail is in the inbox of Ben');
    assert.match(ours, /^Subject: Your pallet CRM:\d{7}/m);
    assert.match(ours, /^From: .*support@harbour\.example/m);
    assert.match(ours, /sch(?:\u00f6|=C3=B6)n/);
  });

  test('IN-02: a mail that DavMail submits by SMTP becomes an email record', async () => {
    const transport = createTransport({
      host: '127.0.0.1',
      port: davmail.ports.smtp,
      secure: false,
      auth: { user: ben.address, pass: ben.password },
    });
    await transport.sendMail({
      from: ben.address,
      to: support.address,
      subject: 'Pallet 4711 is torn',
      text: 'Gr\u00fc\u00dfe aus dem Lager',
    });
    transport.close();
    const email = await api.until('the email record', patienceMs, async () => {
      const [row] = await api.list('emails', "$filter=subject eq 'Pallet 4711 is torn' and directioncode eq false");
      return row;
    });
    assert.equal(email._emailsender_value, contactId);
    assert.match(String(email.description), /Gr\u00fc\u00dfe aus dem Lager/);
  });

  /** What an inbox holds, as DavMail tells it. */
  async function inboxOf({ address, password }: typeof ben): Promise<readonly string[]> {
    const client = new ImapFlow({
      host: '127.0.0.1',
      port: davmail.ports.imap,
      secure: false,
      auth: { user: address, pass: password },
      logger: false,
    });
    await client.connect();
    try {
      const lock = await client.getMailboxLock('INBOX');
      try {
        const found = await client.fetchAll('1:*', { source: true });
        return found.map(({ source }) => source?.toString('utf8') ?? '');
      } finally {
        lock.release();
      }
    } finally {
      await client.logout();
    }
  }
});
