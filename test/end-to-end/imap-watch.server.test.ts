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
import { setUpOrganization } from './set-up-organization.ts';

const skip =
  serverSkip('postfix', 'postfix') || serverSkip('dovecot', 'dovecot-core dovecot-pop3d dovecot-imapd dovecot-lmtpd');

describe('IMAP: new mail is heard of at once', { skip }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-watch-'));
  const token = randomBytes(24).toString('hex');
  let servers: MailServers;
  let engine: Engine;
  let api: ApiClient;

  before(async () => {
    chmodSync(folder, 0o755);
    servers = await startMailServers();
    const dataDir = path.join(folder, 'data');
    const config = configSchema.parse({ dataDir, port: 0, logLevel: 'warn', adminToken: token });
    engine = await createEngine({ config, clock: systemClock, log: createLog('warn'), roles: ['web', 'worker'] });
    api = apiClient((await engine.start()).url, token);
  });
  after(async () => {
    await engine?.stop();
    await servers?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('PAIN-22, SC-01: mail arrives long before the next turn by the clock', async () => {
    const made = await setUpOrganization(api, servers, 'mei.tanaka@northwind.example', 'imap');
    const watched = async () => (await engine.database.sql('select 1 from mr_watch')).length === 2;
    await api.until('Test & Enable and a line for both mailboxes', 60_000, watched);
    const [organization] = await api.list('organizations', '$select=organizationid');
    const organizationid = String(organization?.organizationid);
    await api.update('organizations', organizationid, { mr_mailpollingintervalseconds: 3600 });
    const far = async () => {
      const rows = await engine.database.sql<{ dueon: Date | null }>(
        "select dueon from mr_mailboxlease where work = 'incoming' and (worker is not null or dueon is null or dueon < now() + interval '10 minutes')",
      );
      return rows.length === 0;
    };
    await api.until('both mailboxes due in an hour only', 60_000, far);
    await servers.send({
      from: 'Mei Tanaka <mei.tanaka@northwind.example>',
      to: [made.queueAddress],
      subject: 'Are you there?',
      html: '<p>Hello</p>',
      messageId: '<now@northwind.example>',
    });
    await api.until('the email record', 20_000, async () => {
      const emails = await api.list('emails', "$filter=messageid eq 'now@northwind.example'&$select=subject");
      return emails.length === 1;
    });
  });
});
