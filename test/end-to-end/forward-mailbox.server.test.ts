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
import { serverSkip } from '../../testbed/servers/require-server.ts';
import { type ApiClient, apiClient } from './api-client.ts';
import { type MailServers, startMailServers } from './mail-servers.ts';
import { type SetUp, setUpOrganization } from './set-up-organization.ts';

const skip =
  serverSkip('postfix', 'postfix') || serverSkip('dovecot', 'dovecot-core dovecot-pop3d dovecot-imapd dovecot-lmtpd');

const forwardAddress = 'forward@harbour.example';

const original = (id: string, subject: string, to: string): string =>
  [
    `Received: from mx.northwind.example by mx.harbour.example; ${new Date().toUTCString().replace('GMT', '+0000')}`,
    'From: Mei Tanaka <mei.tanaka@northwind.example>',
    `To: ${to}`,
    `Subject: ${subject}`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${id}>`,
    'Content-Type: text/plain',
    '',
    `Text of ${subject}.`,
    '',
  ].join('\r\n');

/** What a server-side rule makes of messages: each attached to a new one. */
const forwarded = (from: string, originals: readonly string[]): Buffer =>
  Buffer.from(
    [
      `From: ${from}`,
      `To: ${forwardAddress}`,
      'Subject: FW: mail',
      `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
      `Message-ID: <outer-${randomBytes(6).toString('hex')}@harbour.example>`,
      'Content-Type: multipart/mixed; boundary=outer',
      '',
      ...originals.flatMap((raw) => ['--outer', 'Content-Type: message/rfc822', '', raw]),
      '--outer--',
      '',
    ].join('\r\n'),
  );

describe('a forward mailbox on a real POP3 server', { skip, timeout: 180_000 }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-forward-'));
  const token = randomBytes(24).toString('hex');
  let servers: MailServers;
  let engine: Engine;
  let api: ApiClient;

  before(async () => {
    chmodSync(folder, 0o755);
    servers = await startMailServers();
    const config = configSchema.parse({
      dataDir: path.join(folder, 'data'),
      port: 0,
      logLevel: 'warn',
      adminToken: token,
    });
    engine = await createEngine({ config, clock: systemClock, log: createLog('warn'), roles: ['web', 'worker'] });
    api = apiClient((await engine.start()).url, token);
  });
  after(async () => {
    await engine?.stop();
    await servers?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The administrator's part: a mailbox for what is forwarded, and users and queues that use it. */
  async function makeForwardMailbox(made: SetUp): Promise<string> {
    const [profile] = await api.list(
      'emailserverprofiles',
      "$select=emailserverprofileid&$filter=name eq 'Harbour mail'",
    );
    const id = await api.create('mailboxes', {
      name: 'Forwarded mail',
      emailaddress: forwardAddress,
      'emailserverprofile@odata.bind': `/emailserverprofiles(${String(profile?.emailserverprofileid)})`,
      incomingemaildeliverymethod: 2,
      outgoingemaildeliverymethod: 0,
      actdeliverymethod: 2,
      processanddeleteemails: true,
      allowemailconnectortousecredentials: true,
      username: forwardAddress,
      password: servers.dovecot.password,
    });
    await api.update('mailboxes', id, { emailrouteraccessapproval: 1, testemailconfigurationscheduled: true });
    for (const mailbox of [made.userMailboxId, made.queueMailboxId]) {
      await api.update('mailboxes', mailbox, { incomingemaildeliverymethod: 3 });
    }
    await api.until('the forward mailbox enabled', 60_000, async () => {
      const mailbox = await api.get('mailboxes', id, '$select=enabledforincomingemail');
      return mailbox.enabledforincomingemail === true;
    });
    return id;
  }

  test('FW-01 to FW-08: originals of a user and a queue become emails, the rest stays where it is and is told', async () => {
    const made = await setUpOrganization(api, servers, 'mei.tanaka@northwind.example', 'pop3');
    const forwardId = await makeForwardMailbox(made);
    const put = (raw: Buffer): Promise<void> => servers.dovecot.addMessage(forwardAddress, raw);
    await put(
      forwarded(`Ada Keller <${made.userAddress}>`, [
        original('one@northwind.example', 'First', made.userAddress),
        original('two@northwind.example', 'Second', 'undisclosed@northwind.example'),
      ]),
    );
    await put(forwarded(made.queueAddress, [original('three@northwind.example', 'Third', made.queueAddress)]));
    await put(Buffer.from(original('plain@northwind.example', 'Plain', forwardAddress)));
    const emails = await api.until('three emails', 60_000, async () => {
      const found = await api.list(
        'emails',
        '$select=messageid,subject,_acceptingentityid_value,_receivingmailboxid_value&$orderby=messageid',
      );
      return found.length >= 3 ? found : undefined;
    });
    assert.deepEqual(
      emails.map((email) => [email.messageid, email._acceptingentityid_value, email._receivingmailboxid_value]),
      [
        ['one@northwind.example', made.userId, forwardId],
        ['three@northwind.example', made.queueId, forwardId],
        ['two@northwind.example', made.userId, forwardId],
      ],
    );
    const left = await api.until('only the plain message left', 30_000, async () => {
      const messages = await servers.maildrop(forwardAddress);
      return messages.length === 1 ? messages : undefined;
    });
    assert.match(left[0]?.raw.toString() ?? '', /Subject: Plain/);
    const decided = `$select=mr_reasoncode,mr_reason&$filter=mr_messageid eq 'plain@northwind.example'`;
    const [decision] = await api.list('mr_maildecisions', decided);
    assert.equal(decision?.mr_reasoncode, 'InvalidForwardMailItem');
    assert.match(String(decision?.mr_reason), /holds no forwarded message/);
    const items = await api.list('queueitems', '$select=_queueid_value');
    assert.deepEqual(
      items.map((item) => item._queueid_value),
      [made.queueId],
    );
  });
});
