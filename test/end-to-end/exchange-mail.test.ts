import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { configSchema } from '../../src/app/config-schema.ts';
import { createEngine, type Engine } from '../../src/app/engine.ts';
import { systemClock } from '../../src/base/clock.ts';
import { createLog } from '../../src/base/log.ts';
import { parseMailSync } from '../../src/formats/mime-parse.ts';
import { type ExchangeSimulator, startExchange } from '../../testbed/exchange/start-exchange.ts';
import { selfSigned } from '../../testbed/servers/self-signed.ts';
import { type ApiClient, apiClient, type Json } from './api-client.ts';

const patienceMs = 30_000;
const contactAddress = 'mei.tanaka@northwind.example';
const userAddress = 'ada@harbour.example';
const firstId = 'first.4711@northwind.example';

/** Mail both ways over Exchange Web Services: one account that impersonates, HTTPS, simulated Exchange SE. */
describe('Exchange, end to end', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-exchange-'));
  const token = randomBytes(24).toString('hex');
  let exchange: ExchangeSimulator;
  let engine: Engine;
  let api: ApiClient;
  let userId: string;
  let contactId: string;
  let received: Json;

  before(async () => {
    chmodSync(folder, 0o755);
    const { keyPem, certPem } = selfSigned();
    exchange = await startExchange({
      tls: { keyPem, certPem },
      mailboxes: [
        { address: userAddress, password: 'of the user' },
        { address: 'service@harbour.example', password: 'of the service', mayImpersonate: true },
      ],
    });
    const dataDir = path.join(folder, 'data');
    const config = configSchema.parse({ dataDir, port: 0, logLevel: 'warn', adminToken: token, leaseSeconds: 10 });
    engine = await createEngine({ config, clock: systemClock, log: createLog('warn'), roles: ['web', 'worker'] });
    api = apiClient((await engine.start()).url, token);
    const [organization] = await api.list('organizations', '$select=organizationid');
    await api.update('organizations', String(organization?.organizationid), {
      mr_mailpollingintervalseconds: 1,
      mr_outgoingpollingintervalseconds: 1,
      allowunresolvedpartiesonemailsend: true,
    });
    const profile = await api.create('emailserverprofiles', {
      name: 'Exchange',
      servertype: 0,
      incomingserverlocation: `https://localhost:${exchange.port}/EWS/Exchange.asmx`,
      incomingusessl: true,
      incomingcredentialretrieval: 1,
      incomingusername: 'service@harbour.example',
      incomingpassword: 'of the service',
      incominguseimpersonation: true,
      usesamesettingsforoutgoingconnections: true,
      mr_trustedcertificates: certPem,
    });
    userId = await api.create('systemusers', {
      firstname: 'Ada',
      lastname: 'Keller',
      internalemailaddress: userAddress,
      domainname: userAddress,
    });
    await api.update('usersettingscollection', userId, { incomingemailfilteringmethod: 2 });
    contactId = await api.create('contacts', {
      firstname: 'Mei',
      lastname: 'Tanaka',
      emailaddress1: contactAddress,
      'ownerid@odata.bind': `/systemusers(${userId})`,
    });
    const [mailbox] = await api.list('mailboxes', `$select=mailboxid&$filter=emailaddress eq '${userAddress}'`);
    await api.update('mailboxes', String(mailbox?.mailboxid), {
      'emailserverprofile@odata.bind': `/emailserverprofiles(${profile})`,
      incomingemaildeliverymethod: 2,
      outgoingemaildeliverymethod: 2,
      emailrouteraccessapproval: 1,
      testemailconfigurationscheduled: true,
    });
  });

  after(async () => {
    await engine?.stop();
    await exchange?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('TE-03: Test & Enable passes, acting for the mailbox', async () => {
    const row = await api.until('result of Test & Enable', patienceMs, async () => {
      const [mailbox] = await api.list('mailboxes', `$filter=emailaddress eq '${userAddress}'`);
      return mailbox?.testemailconfigurationscheduled !== true && mailbox?.mailboxstatus !== 0 ? mailbox : undefined;
    });
    assert.equal(row.incomingemailstatus, 1, String(row.mr_testresult));
    assert.equal(row.outgoingemailstatus, 1, String(row.mr_testresult));
  });

  test('IN-02: a mail that arrives becomes an email, and stays unread in the mailbox', async () => {
    exchange.deliver(
      userAddress,
      Buffer.from(
        `From: Mei Tanaka <${contactAddress}>\r\nTo: ${userAddress}\r\nSubject: Pallet 4711\r\nMessage-ID: <${firstId}>\r\nDate: ${new Date().toUTCString()}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nIt is d\u00e9chir\u00e9.\r\n`,
      ),
    );
    received = await api.until('the email record', patienceMs, async () => {
      const [email] = await api.list('emails', `$filter=messageid eq '${firstId}'`);
      return email;
    });
    assert.equal(received.subject, 'Pallet 4711');
    assert.match(String(received.description), /déchiré/);
    assert.equal(received._emailsender_value, contactId);
    const inbox = [...exchange.account(userAddress).mailbox.folderNamed('inbox').byArrival];
    assert.ok(
      inbox.some(({ subject, isRead }) => subject === 'Pallet 4711' && !isRead),
      'IN-07',
    );
  });

  test('OU-05, OU-14: an answer leaves through the mailbox, with token and thread, kept in Sent Items', async () => {
    const reply = await api.create('emails', {
      subject: 'Re: Pallet 4711',
      description: '<p>A new one is on its way.</p>',
      'parentactivityid@odata.bind': `/emails(${String(received.activityid)})`,
      email_activity_parties: [
        { 'partyid_systemuser@odata.bind': `/systemusers(${userId})`, participationtypemask: 1 },
        { 'partyid_contact@odata.bind': `/contacts(${contactId})`, participationtypemask: 2 },
        { addressused: 'hidden@northwind.example', participationtypemask: 4 },
      ],
    });
    await api.act('emails', reply, 'SendEmail', { IssueSend: true });
    const email = await api.until('the email is sent', patienceMs, async () => {
      const row = await api.get('emails', reply);
      return row.statuscode === 3 ? row : undefined;
    });
    const [out] = exchange.sent;
    assert.ok(out);
    const message = parseMailSync(out.raw);
    assert.match(message.subject, /^Re: Pallet 4711 CRM:\d{7}$/);
    assert.deepEqual([...out.to].sort(), ['hidden@northwind.example', contactAddress].sort());
    assert.equal(message.bcc.length, 0, 'no Bcc in what others get');
    assert.equal(message.inReplyTo, firstId);
    assert.equal(message.messageId, email.messageid);
    const kept = [...exchange.account(userAddress).mailbox.folderNamed('sentitems').byArrival];
    assert.equal(kept.filter(({ subject }) => subject === message.subject).length, 1);
    assert.equal([...exchange.account(userAddress).mailbox.folderNamed('drafts').byArrival].length, 0);
  });

  test('CO-05: the answer of the contact is linked to ours', async () => {
    const [ours] = await api.list('emails', '$filter=directioncode eq true and statuscode eq 3');
    exchange.deliver(
      userAddress,
      Buffer.from(
        `From: ${contactAddress}\r\nTo: ${userAddress}\r\nSubject: Thanks\r\nMessage-ID: <second@northwind.example>\r\nIn-Reply-To: <${String(ours?.messageid)}>\r\nDate: ${new Date().toUTCString()}\r\n\r\nThanks.\r\n`,
      ),
    );
    const answer = await api.until('the answer', patienceMs, async () => {
      const [email] = await api.list('emails', "$filter=messageid eq 'second@northwind.example'");
      return email;
    });
    assert.equal(answer._parentactivityid_value, ours?.activityid);
  });

  test('FT-07, FT-08, CT-05: mail that a person puts into a tracked folder is an email about its record, and bears the category', async () => {
    const { mailbox } = exchange.account(userAddress);
    const folder = exchange.makeFolder(userAddress, 'inbox', 'Pallets');
    const [row] = await api.list('mailboxes', `$select=mailboxid&$filter=emailaddress eq '${userAddress}'`);
    await api.create('mailboxtrackingfolders', {
      'mailboxid@odata.bind': `/mailboxes(${String(row?.mailboxid)})`,
      exchangefolderid: folder,
      'regardingobjectid_contact@odata.bind': `/contacts(${contactId})`,
    });
    const stranger = 'From: nora@nowhere.example\r\nTo: all@harbour.example\r\nSubject: Pallets\r\n';
    exchange.seed(userAddress, folder, [
      {
        mime: Buffer.from(
          `${stranger}Message-ID: <filed@nowhere.example>\r\nDate: ${new Date().toUTCString()}\r\n\r\nText.\r\n`,
        ),
      },
    ]);
    const email = await api.until('the email record', patienceMs, async () => {
      const [found] = await api.list('emails', "$filter=messageid eq 'filed@nowhere.example'");
      return found;
    });
    assert.equal(email._regardingobjectid_value, contactId);
    await api.until('the mark', patienceMs, async () => {
      const [item] = mailbox.itemsWithMessageId('<filed@nowhere.example>');
      return JSON.stringify(item?.content?.properties.get('Categories') ?? '').includes('Tracked to Dynamics 365');
    });
    const answer = await api.until('the rule', patienceMs, async () => {
      const [rule] = await api.list('mailboxtrackingfolders', `$filter=exchangefolderid eq '${folder}'`);
      return rule?.folderonboardingstatus === 2 ? rule : undefined;
    });
    assert.equal(answer.mr_folderpath, 'Inbox / Pallets');
    assert.equal(answer.mr_itemsdone, 1);
  });

  test('SC-01, FT-07: with the line open, mail in inbox and tracked folder is an email long before the next turn by the clock', async () => {
    await api.until(
      'the line',
      patienceMs,
      async () => (await engine.database.sql('select 1 from mr_watch where listening')).length === 1,
    );
    const [organization] = await api.list('organizations', '$select=organizationid');
    await api.update('organizations', String(organization?.organizationid), { mr_mailpollingintervalseconds: 3600 });
    await api.until('the mailbox due in an hour only', patienceMs, async () => {
      const soon = await engine.database.sql(
        "select 1 from mr_mailboxlease where work = 'incoming' and (worker is not null or dueon < now() + interval '10 minutes')",
      );
      return soon.length === 0;
    });
    exchange.deliver(
      userAddress,
      Buffer.from(
        `From: ${contactAddress}\r\nTo: ${userAddress}\r\nSubject: Are you there?\r\nMessage-ID: <third@northwind.example>\r\nDate: ${new Date().toUTCString()}\r\n\r\nHello.\r\n`,
      ),
    );
    await api.until('the email record', patienceMs, async () => {
      const emails = await api.list('emails', "$filter=messageid eq 'third@northwind.example'");
      return emails.length === 1;
    });
    const [rule] = await api.list('mailboxtrackingfolders', '$select=exchangefolderid');
    const folderId = String(rule?.exchangefolderid);
    await api.until('the folder listened to', patienceMs, async () =>
      exchange.subscriptions.subscriptions.some(
        ({ onEvent, wish }) => onEvent !== undefined && wish.folderIds?.has(folderId),
      ),
    );
    const head = 'From: nora@nowhere.example\r\nTo: all@harbour.example\r\nSubject: Filed\r\n';
    const date = `Date: ${new Date().toUTCString()}\r\n`;
    exchange.seed(userAddress, folderId, [
      { mime: Buffer.from(`${head}Message-ID: <filed.2@nowhere.example>\r\n${date}\r\nText.\r\n`) },
    ]);
    await api.until('the email record of the tracked folder', patienceMs, async () => {
      const emails = await api.list('emails', "$filter=messageid eq 'filed.2@nowhere.example'");
      return emails.length === 1;
    });
  });
});
