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
import { type OpenIdProvider, startOpenIdProvider } from '../../testbed/openid/openid-provider.ts';
import { freePort } from '../../testbed/servers/free-port.ts';
import { serverSkip } from '../../testbed/servers/require-server.ts';
import { rawMail } from '../pipelines/incoming/incoming-fixtures.ts';
import { type ApiClient, apiClient, type Json } from './api-client.ts';
import { type MailServers, startMailServers } from './mail-servers.ts';

const skip =
  serverSkip('postfix', 'postfix') || serverSkip('dovecot', 'dovecot-core dovecot-pop3d dovecot-imapd dovecot-lmtpd');
const patienceMs = 40_000;
const address = 'support@harbour.example';
const contact = 'mei.tanaka@northwind.example';

const outlook = 'https://outlook.office.com';
/** Providers beside Google, and what is asked of them. */
const others = [
  {
    name: 'Microsoft 365',
    choice: 100_000_001,
    incoming: 'imap',
    words: () => /signs in at Microsoft as imap\.0@/,
    scope: `offline_access ${outlook}/IMAP.AccessAsUser.All ${outlook}/POP.AccessAsUser.All ${outlook}/SMTP.Send`,
    method: (user: string) => new RegExp(`imap-login: Info: Login: user=<${user}>, method=(XOAUTH2|OAUTHBEARER)`),
  },
  {
    name: 'any OpenID provider',
    choice: 100_000_002,
    incoming: 'pop',
    words: (host: string) => new RegExp(`signs in at ${host} as pop\\.1@`),
    scope: 'openid email offline_access',
    method: (user: string) => new RegExp(`pop3-login: Info: Login: user=<${user}>, method=(XOAUTH2|OAUTHBEARER)`),
  },
] as const;

describe('CN-05, CN-06, EP-09, PAIN-03: consent instead of passwords, on real Dovecot and Postfix', { skip }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-consent-'));
  const token = randomBytes(24).toString('hex');
  let provider: OpenIdProvider;
  let servers: MailServers;
  let engine: Engine;
  let api: ApiClient;
  let base: string;
  let profileId: string;
  let queueId: string;
  let contactId: string;
  let mailboxId: string;

  before(async () => {
    chmodSync(folder, 0o755);
    provider = await startOpenIdProvider({ audience: 'x', clientId: 'mailroom', clientSecret: 'client-secret' });
    provider.person = { email: address };
    servers = await startMailServers({ introspectionUrl: provider.introspectionUrl, saslPort: await freePort() });
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    const dataDir = path.join(folder, 'data');
    const config = configSchema.parse({
      dataDir,
      port,
      publicUrl: base,
      logLevel: 'error',
      adminToken: token,
      // Tokens are refreshed by looks, which an open line would make rare.
      watchedLookSeconds: 0,
    });
    engine = await createEngine({ config, clock: systemClock, log: createLog('error'), roles: ['web', 'worker'] });
    await engine.start();
    api = apiClient(base, token);
  });
  after(async () => {
    await engine?.stop();
    await Promise.all([servers?.stop(), provider?.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  const mailbox = (id = mailboxId): Promise<Json> => api.get('mailboxes', id);
  let last = '';
  const tested = (wanted: number, id = mailboxId) =>
    api
      .until(`test with result ${wanted}`, patienceMs, async () => {
        const row = await mailbox(id);
        const isDone = row.testemailconfigurationscheduled !== true && row.incomingemailstatus === wanted;
        last = String(row.mr_testresult);
        return isDone && row.outgoingemailstatus === wanted ? row : undefined;
      })
      .catch((error: Error) => assert.fail(`${error.message} ${last}`));
  const openAlerts = (code: string) =>
    api.list(
      'tracelogs',
      `$filter=mr_code eq '${code}' and mr_resolvedon eq null&$select=text,level,_regardingobjectid_value`,
    );

  async function arrives(number: number, to = address): Promise<void> {
    const id = `mail${number}@northwind.example`;
    await servers.dovecot.addMessage(
      to,
      rawMail({ id, from: contact, to, subject: `Mail ${number}`, date: new Date() }),
    );
    await api.until(`email ${number}`, patienceMs, async () => {
      const found = await api.list('emails', `$filter=messageid eq '${id}'&$select=subject`);
      return found.length === 1;
    });
  }

  /** What a browser does: the page, its button, the provider, and back. */
  async function consent(id = mailboxId, seen?: (asked: URL) => void): Promise<string> {
    const page = await (await fetch(`${base}/consent/${id}`)).text();
    const begin = /href="([^"]+)"/.exec(page)?.[1];
    assert.ok(begin);
    const headers = { authorization: `Bearer ${token}` };
    const sent = await fetch(`${base}${begin}`, { headers, redirect: 'manual' });
    assert.equal(sent.status, 302);
    const cookie = (sent.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    seen?.(new URL(sent.headers.get('location') ?? ''));
    const atProvider = await fetch(sent.headers.get('location') ?? '', { redirect: 'manual' });
    const back = await fetch(atProvider.headers.get('location') ?? '', { headers: { cookie }, redirect: 'manual' });
    return back.text();
  }

  test("a profile with the administrator's own client; without consent the test says where it is given", async () => {
    const [organization] = await api.list('organizations', '$select=organizationid');
    await api.update('organizations', String(organization?.organizationid), {
      mr_mailpollingintervalseconds: 1,
      mr_outgoingpollingintervalseconds: 1,
    });
    profileId = await makeProfile('Harbour at Google', 'imap', 100_000_000);
    const profile = await api.get('emailserverprofiles', profileId);
    assert.equal(profile.oauthclientsecret, undefined, 'EP-22');
    assert.equal(profile.isoauthclientsecretset, true);
    contactId = await api.create('contacts', { lastname: 'Tanaka', emailaddress1: contact });
    ({ queueId, mailboxId } = await makeMailbox(address, profileId));
    assert.match(String((await tested(2)).mr_testresult), new RegExp(`${base}/consent/${mailboxId}`));
  });

  test('nobody begins without being signed in, and nobody ends what another browser began', async () => {
    const begun = await fetch(`${base}/consent/${mailboxId}/begin`, { redirect: 'manual' });
    assert.equal(begun.status, 401);
    assert.match(await begun.text(), /Sign in here first/);
    const ended = await fetch(`${base}/consent/return?code=stolen&state=any`, {
      headers: { cookie: 'mailroom_consent=forged' },
    });
    assert.equal(ended.status, 400);
    assert.match(await ended.text(), /not begun in this browser/);
  });

  test('who declines, or consents with another account, is told what to do', async () => {
    provider.refuses = true;
    assert.match(await consent(), /access_denied/);
    provider.refuses = false;
    provider.person = { email: 'somebody.else@harbour.example' };
    assert.match(await consent(), /as somebody\.else@harbour\.example, but mailbox &#34;.*signs in as support@/);
    provider.person = { email: address };
    assert.notEqual((await mailbox()).isoauthaccesstokenset, true);
  });

  test('after consent the test passes by itself; IMAP and SMTP sign in by token', async () => {
    assert.match(await consent(), /signs in at Google as support@harbour\.example/);
    const row = await tested(1);
    assert.deepEqual([row.isoauthaccesstokenset, row.isoauthrefreshtokenset], [true, true]);
    assert.equal(row.oauthaccesstoken, undefined, 'EP-22');
    await arrives(1);
    const replyId = await api.create('emails', {
      subject: 'By token',
      description: '<p>Hello</p>',
      email_activity_parties: [
        { 'partyid_queue@odata.bind': `/queues(${queueId})`, participationtypemask: 1 },
        { 'partyid_contact@odata.bind': `/contacts(${contactId})`, participationtypemask: 2 },
      ],
    });
    await api.act('emails', replyId, 'SendEmail', { IssueSend: true });
    await api.until('sent email', patienceMs, async () => (await api.get('emails', replyId)).statuscode === 3);
    const [mail] = await servers.dovecot.listMessages(contact);
    assert.match(parseMailSync(mail?.raw ?? Buffer.alloc(0)).subject, /^By token/);
    assert.match(
      await servers.dovecot.readLog(),
      /imap-login: Info: Login: user=<support@harbour\.example>, method=(XOAUTH2|OAUTHBEARER)/,
    );
    assert.match(
      await servers.postfix.log(),
      /sasl_method=(XOAUTH2|OAUTHBEARER), sasl_username=support@harbour\.example/,
    );
  });

  test('tokens are refreshed at four fifths of their life, and when a server takes them no more', async () => {
    const before = provider.asked.get('/token') ?? 0;
    provider.accessSeconds = 5;
    provider.accessTokens.clear();
    await arrives(2);
    await api.until('three refreshes', patienceMs, async () => (provider.asked.get('/token') ?? 0) >= before + 3);
    await arrives(3);
    assert.equal((await openAlerts('8005E216')).length, 0);
    provider.accessSeconds = 600;
  });

  test('a refusal is told to the owner and on the profile, with the way out', async () => {
    provider.withdrawn = true;
    provider.accessTokens.clear();
    const alerts = await api.until('alerts', patienceMs, async () => {
      const found = await openAlerts('mr_ConsentRefused');
      const regarding = new Set(found.map((one) => one._regardingobjectid_value));
      return regarding.has(mailboxId) && regarding.has(profileId) ? found : undefined;
    });
    for (const alert of alerts) assert.match(String(alert.text), new RegExp(`Open ${base}/consent/${mailboxId}`));
    const story = await callAction<Json>('mr_MailboxConsent');
    assert.equal(story.IsNeeded, true);
    assert.equal(story.State, 'refused');
    assert.equal(story.Url, `${base}/consent/${mailboxId}`);
    assert.match(String(story.Refusal), /expired or revoked/);
  });

  test('one consent more, and mail flows again: what came meanwhile arrives, alerts are closed', async () => {
    await servers.dovecot.addMessage(
      address,
      rawMail({ id: 'meanwhile@northwind.example', from: contact, to: address, date: new Date() }),
    );
    provider.withdrawn = false;
    assert.match(await consent(), /signs in at Google/);
    await api.until('both flows on again', patienceMs, async () => {
      const row = await mailbox();
      return row.enabledforincomingemail === true && row.enabledforoutgoingemail === true;
    });
    await api.until('the mail that came meanwhile', patienceMs, async () => {
      const found = await api.list('emails', "$filter=messageid eq 'meanwhile@northwind.example'&$select=subject");
      return found.length === 1;
    });
    assert.deepEqual(await openAlerts('mr_ConsentRefused'), []);
    assert.equal((await callAction<Json>('mr_MailboxConsent')).State, 'given');
  });

  for (const [index, { name, choice, incoming, words, scope, method }] of others.entries())
    test(`EP-09, PAIN-03: ${name} by the same consent, over ${incoming.toUpperCase()}: refreshed in time, refused, told, given again`, async () => {
      const own = `${incoming}.${index}@harbour.example`;
      const profile = await makeProfile(name, incoming, choice);
      const { mailboxId: id } = await makeMailbox(own, profile);
      assert.match(String((await tested(2, id)).mr_testresult), new RegExp(`${base}/consent/${id}`));
      provider.person = { email: own };
      provider.accessSeconds = 5;
      const page = await consent(id, ({ searchParams }) => {
        assert.equal(searchParams.get('scope'), scope);
        assert.equal(searchParams.get('code_challenge_method'), 'S256');
        assert.equal(searchParams.get('access_type'), null, 'a word of Google alone');
      });
      assert.match(page, words(new URL(provider.issuer).host));
      await tested(1, id);
      await arrives(10 + index, own);
      const before = provider.asked.get('/token') ?? 0;
      await api.until('two refreshes', patienceMs, async () => (provider.asked.get('/token') ?? 0) >= before + 2);
      assert.match(await servers.dovecot.readLog(), method(own));
      provider.withdrawn = true;
      provider.accessTokens.clear();
      await api.until('alerts for owner and administrator', patienceMs, async () => {
        const regarding = (await openAlerts('mr_ConsentRefused')).map((one) => one._regardingobjectid_value);
        return regarding.includes(id) && regarding.includes(profile);
      });
      provider.withdrawn = false;
      provider.accessSeconds = 600;
      await consent(id);
      await api.until('both flows on again', patienceMs, async () => {
        const row = await mailbox(id);
        return row.enabledforincomingemail === true && row.enabledforoutgoingemail === true;
      });
      await arrives(20 + index, own);
    });

  function makeProfile(name: string, incoming: 'imap' | 'pop', choice: number): Promise<string> {
    const { imaps, pop3s } = servers.dovecot.ports;
    return api.create('emailserverprofiles', {
      name,
      servertype: incoming === 'imap' ? 4 : 1,
      incomingserverlocation: 'localhost',
      incomingportnumber: incoming === 'imap' ? imaps : pop3s,
      incomingusessl: true,
      mr_incomingsecurity: 100_000_001,
      incomingcredentialretrieval: 5,
      outgoingserverlocation: 'localhost',
      outgoingportnumber: servers.postfix.port,
      outgoingusessl: true,
      mr_outgoingsecurity: 100_000_002,
      outgoingcredentialretrieval: 5,
      mr_oauthprovider: choice,
      mr_oauthissuer: provider.issuer,
      oauthclientid: 'mailroom',
      oauthclientsecret: 'client-secret',
      mr_trustedcertificates: servers.caPem,
    });
  }

  /** A queue that takes everything, whose mailbox is on a profile and is being tested. */
  async function makeMailbox(emailaddress: string, profile: string) {
    const queue = await api.create('queues', { name: emailaddress, emailaddress, incomingemailfilteringmethod: 0 });
    const [row] = await api.list('mailboxes', `$select=mailboxid&$filter=emailaddress eq '${emailaddress}'`);
    const id = String(row?.mailboxid);
    await api.update('mailboxes', id, {
      'emailserverprofile@odata.bind': `/emailserverprofiles(${profile})`,
      incomingemaildeliverymethod: 2,
      outgoingemaildeliverymethod: 2,
    });
    await api.update('mailboxes', id, { emailrouteraccessapproval: 1, testemailconfigurationscheduled: true });
    return { queueId: queue, mailboxId: id };
  }

  async function callAction<T>(name: string): Promise<T> {
    const response = await fetch(`${base}/api/data/v9.2/mailboxes(${mailboxId})/Microsoft.Dynamics.CRM.${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{}',
    });
    assert.equal(response.status, 200);
    return (await response.json()) as T;
  }
});
