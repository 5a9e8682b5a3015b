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
import { serverSkip } from '../../testbed/servers/require-server.ts';
import { type ApiClient, apiClient, type Json } from './api-client.ts';
import { type MailSystem, startCyrusMailServers, startMailServers } from './mail-servers.ts';
import { queueAddress, type SetUp, setUpOrganization, userAddress } from './set-up-organization.ts';

const onDovecot =
  serverSkip('postfix', 'postfix') || serverSkip('dovecot', 'dovecot-core dovecot-pop3d dovecot-imapd dovecot-lmtpd');
const onCyrus = serverSkip('postfix', 'postfix') || serverSkip('cyrus', 'cyrus-imapd');

const patienceMs = 30_000;
const contactAddress = 'mei.tanaka@northwind.example';
const firstId = 'first.4711@northwind.example';

const scenes = [
  { incoming: 'pop3', server: 'Dovecot', skip: onDovecot, start: () => startMailServers() },
  { incoming: 'imap', server: 'Dovecot', skip: onDovecot, start: () => startMailServers() },
  {
    incoming: 'imap',
    server: 'Cyrus',
    skip: onCyrus,
    start: () => startCyrusMailServers([userAddress, queueAddress, contactAddress]),
  },
] as const;

for (const { incoming, server, skip, start } of scenes)
  describe(`${incoming.toUpperCase()} and SMTP, end to end on ${server} and Postfix`, { skip }, () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-end-to-end-'));
    const token = randomBytes(24).toString('hex');
    let servers: MailSystem;
    let engine: Engine;
    let api: ApiClient;
    let made: SetUp;
    let received: Json;
    let replyId: string;
    let replyMessageId: string;
    let replySubject: string;

    before(async () => {
      chmodSync(folder, 0o755);
      servers = await start();
      const config = configSchema.parse({
        dataDir: path.join(folder, 'data'),
        port: 0,
        logLevel: 'warn',
        adminToken: token,
      });
      engine = await createEngine({ config, clock: systemClock, log: createLog('warn'), roles: ['web', 'worker'] });
      const { url } = await engine.start();
      api = apiClient(url, token);
    });

    after(async () => {
      await engine?.stop();
      await servers?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    test('TE-03, TE-05: everything is set up over HTTP, and Test & Enable passes over TLS', async () => {
      made = await setUpOrganization(api, servers, contactAddress, incoming);
      for (const id of [made.userMailboxId, made.queueMailboxId]) {
        const row = await api.until('result of Test & Enable', patienceMs, async () => {
          const mailbox = await api.get('mailboxes', id);
          return mailbox.testemailconfigurationscheduled !== true && mailbox.mailboxstatus !== 0 ? mailbox : undefined;
        });
        assert.equal(row.incomingemailstatus, 1, String(row.mr_testresult));
        assert.equal(row.outgoingemailstatus, 1, String(row.mr_testresult));
        assert.equal(row.enabledforincomingemail, true);
        assert.equal(row.enabledforoutgoingemail, true);
        assert.equal(row.password, undefined, 'EP-22: a password is never shown');
      }
    });

    test('IN-30, IN-40: a mail to a user and a queue becomes one email, whichever mailbox comes first', async () => {
      await servers.send({
        from: `Mei Tanaka <${contactAddress}>`,
        to: [made.userAddress, made.queueAddress],
        subject: 'Pallet 4711 arrived damaged',
        html: '<p>Hello, pallet <b>4711</b> arrived with a torn wrapping.</p><script>alert(1)</script>',
        messageId: `<${firstId}>`,
      });
      await api.until('decision of both mailboxes', patienceMs, async () => {
        const decisions = await api.list('mr_maildecisions', `$filter=mr_messageid eq '${firstId}'`);
        return decisions.length === 2;
      });
      const emails = await api.list('emails', '$filter=directioncode eq false');
      assert.equal(emails.length, 1, 'TE-04: the messages of Test & Enable are not tracked either');
      received = emails[0] ?? {};
      assert.equal(received.messageid, `<${firstId}>`.slice(1, -1));
      assert.equal(received.statuscode, 4);
      assert.equal(received.statecode, 1);
      assert.equal(received.subject, 'Pallet 4711 arrived damaged');
      assert.match(String(received.description), /<b>4711<\/b>/);
      assert.doesNotMatch(String(received.description), /script/);
      assert.equal(received._emailsender_value, made.contactId);
      assert.equal(received._regardingobjectid_value, null, 'IN-42: nothing to take a regarding from yet');
    });

    test('AD, IN-41: the parties are the contact, the user and the queue', async () => {
      assert.deepEqual(await partiesOf(received), [
        { mask: 1, id: made.contactId, address: contactAddress },
        { mask: 2, id: made.userId, address: made.userAddress },
        { mask: 2, id: made.queueId, address: made.queueAddress },
      ]);
    });

    test("OW-03: the owner is the user among the recipients who owns the sender's contact", () => {
      assert.equal(received._ownerid_value, made.userId);
    });

    test('QU-03, QU-06: the queue has one item for it', async () => {
      const items = await api.list('queueitems', `$filter=_objectid_value eq ${String(received.activityid)}`);
      assert.deepEqual(
        items.map((item) => item._queueid_value),
        [made.queueId],
      );
    });

    test('OU-05, CO-10: an answer written over the API reaches the contact with token, In-Reply-To and References', async () => {
      const receivedId = String(received.activityid);
      await api.update('emails', receivedId, {
        'regardingobjectid_account_email@odata.bind': `/accounts(${made.accountId})`,
      });
      replyId = await api.create('emails', {
        subject: 'Re: Pallet 4711 arrived damaged',
        description: '<p>A new one is on its way – tomorrow.</p>',
        'parentactivityid@odata.bind': `/emails(${receivedId})`,
        'regardingobjectid_account_email@odata.bind': `/accounts(${made.accountId})`,
        email_activity_parties: [
          { 'partyid_queue@odata.bind': `/queues(${made.queueId})`, participationtypemask: 1 },
          { 'partyid_contact@odata.bind': `/contacts(${made.contactId})`, participationtypemask: 2 },
        ],
      });
      await api.act('emails', replyId, 'SendEmail', { IssueSend: true });
      const sent = await api.until('sent email', patienceMs, async () => {
        const email = await api.get('emails', replyId);
        return email.statuscode === 3 ? email : undefined;
      });
      const [mail] = await api.until('mail in the maildrop of the contact', patienceMs, async () => {
        const mails = await servers.maildrop(contactAddress);
        return mails.length > 0 ? mails : undefined;
      });
      assert.ok(mail);
      const seen = parseMailSync(mail.raw);
      replyMessageId = seen.messageId;
      replySubject = seen.subject;
      assert.equal(seen.messageId, sent.messageid);
      assert.match(seen.subject, /^Re: Pallet 4711 arrived damaged CRM:\d+$/);
      assert.ok(seen.subject.endsWith(String(sent.trackingtoken)));
      assert.equal(seen.inReplyTo, firstId);
      assert.deepEqual(seen.references, [firstId]);
      assert.equal(seen.from[0]?.address, made.queueAddress);
      assert.equal(seen.to[0]?.address, contactAddress);
      assert.match(seen.html, /tomorrow/);
      assert.match(seen.text, /– tomorrow/);
    });

    test('CO-05, IN-42, IN-43: the answer of the contact is linked to ours and takes its regarding', async () => {
      const answerId = 'second.4711@northwind.example';
      await servers.send({
        from: `Mei Tanaka <${contactAddress}>`,
        to: [made.queueAddress],
        subject: replySubject,
        html: '<p>Thank you!</p>',
        messageId: `<${answerId}>`,
        inReplyTo: `<${replyMessageId}>`,
        references: [`<${firstId}>`, `<${replyMessageId}>`],
      });
      const answer = await api.until('answer', patienceMs, async () => {
        const [email] = await api.list('emails', `$filter=messageid eq '${answerId}'`);
        return email;
      });
      assert.equal(answer.correlationmethod, 3);
      assert.equal(answer._parentactivityid_value, replyId);
      assert.equal(answer._correlatedactivityid_value, replyId);
      assert.equal(answer._regardingobjectid_value, made.accountId);
      assert.equal(answer.trackingtoken, replySubject.split(' ').at(-1));
      const items = await api.list('queueitems', `$filter=_objectid_value eq ${String(answer.activityid)}`);
      assert.equal(items.length, 1);
    });

    test('IN-04: the messages stay on the server', async () => {
      const kept = await servers.maildrop(made.queueAddress);
      const ids = kept.map(({ raw }) => parseMailSync(raw).messageId);
      assert.ok(ids.includes(firstId));
      assert.ok(ids.includes('second.4711@northwind.example'));
    });

    async function partiesOf(email: Json): Promise<readonly Json[]> {
      const parties = await api.list('activityparties', `$filter=_activityid_value eq ${String(email.activityid)}`);
      return parties
        .filter(({ participationtypemask }) => Number(participationtypemask) <= 4)
        .map((party) => ({ mask: party.participationtypemask, id: party._partyid_value, address: party.addressused }))
        .sort((a, b) => Number(a.mask) - Number(b.mask) || String(a.address).localeCompare(String(b.address)));
    }
  });
