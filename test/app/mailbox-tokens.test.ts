import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createMailboxTokens, type MailboxTokens } from '../../src/app/mailbox-tokens.ts';
import { createOAuthClient } from '../../src/connectors/oauth/oauth-client.ts';
import { type OpenIdProvider, startOpenIdProvider } from '../../testbed/openid/openid-provider.ts';
import { heldClock } from '../support/clock.ts';
import { openTestDatabase, type TestDatabase, testSecretBox } from '../support/database.ts';
import { seeded, seedOrganisation } from '../support/organisation.ts';

const quiet = new AbortController().signal;
const mailbox = { mailboxid: seeded.supportMailbox, name: 'Support', emailaddress: 'support@ours.example' };

describe('CN-17, PAIN-03: access tokens of mailboxes', () => {
  const clock = heldClock();
  const secretBox = testSecretBox;
  let provider: OpenIdProvider;
  let database: TestDatabase;
  let workers: readonly MailboxTokens[];

  before(async () => {
    database = await openTestDatabase({ clock });
    await seedOrganisation(database.database);
  });
  beforeEach(async () => {
    await provider?.close();
    provider = await startOpenIdProvider({
      audience: 'unused',
      clientId: 'mailroom',
      clientSecret: 'client-secret',
    });
    provider.person = { email: mailbox.emailaddress };
    await database.database.records.update('emailserverprofile', seeded.profile, {
      servertype: 4,
      incomingcredentialretrieval: 5,
      outgoingcredentialretrieval: 5,
      mr_oauthprovider: 100_000_000,
      mr_oauthissuer: provider.issuer,
      oauthclientid: 'mailroom',
      oauthclientsecret: 'client-secret',
    });
    // Two processes of the same service.
    workers = [1, 2].map(() =>
      createMailboxTokens({
        database: database.database,
        secretBox,
        clock,
        client: createOAuthClient(clock),
        consentUrl: (id) => `https://mail.example/consent/${id}`,
      }),
    );
    await database.database.sql('delete from mr_consent');
  });
  after(async () => {
    await provider?.close();
    await database?.close();
  });

  const profile = async () => (await database.database.records.retrieve('emailserverprofile', seeded.profile)) ?? {};
  const token = async (worker = 0, rejected?: string): Promise<string> => {
    const tokens = workers[worker];
    assert.ok(tokens);
    return tokens.accessToken(mailbox, await profile(), quiet, rejected);
  };
  const asked = () => provider.asked.get('/token') ?? 0;

  /** A person consents at the provider's page. */
  async function consent(): Promise<void> {
    const client = createOAuthClient(clock);
    const settings = {
      name: 'Google',
      issuer: provider.issuer,
      clientId: 'mailroom',
      clientSecret: 'client-secret',
      scopes: 'email',
      parameters: {},
    };
    const redirect = 'http://127.0.0.1/consent/return';
    const { url, pending } = await client.begin(settings, redirect, mailbox.emailaddress);
    const back = (await fetch(url, { redirect: 'manual' })).headers.get('location') ?? '';
    const tokens = await client.finish(settings, new URL(back), redirect, pending);
    assert.equal(tokens.account, mailbox.emailaddress);
    await workers[0]?.store(mailbox.mailboxid, tokens);
  }

  test('before anybody consented, the error says where to', async () => {
    await assert.rejects(token(), (error: Error & { code?: string; kind?: string }) => {
      assert.equal(error.code, 'mr_ConsentMissing');
      assert.equal(error.kind, 'configuration');
      assert.match(error.message, new RegExp(`https://mail\\.example/consent/${mailbox.mailboxid}`));
      return true;
    });
  });

  test('EP-22: tokens are stored sealed, and the mailbox tells only that they are set', async () => {
    await consent();
    const [row] = await database.database.sql<Record<string, unknown>>('select * from mr_consent');
    for (const [given] of provider.accessTokens) assert.ok(!JSON.stringify(row).includes(given));
    const shown = await database.database.records.retrieve('mailbox', mailbox.mailboxid, [
      'isoauthaccesstokenset',
      'isoauthrefreshtokenset',
    ]);
    assert.deepEqual([shown?.isoauthaccesstokenset, shown?.isoauthrefreshtokenset], [true, true]);
  });

  test('a token serves for four fifths of its life, then it is refreshed, once for all who ask', async () => {
    await consent();
    const first = await token();
    assert.equal(asked(), 1);
    await clock.advance(479_000);
    assert.equal(await token(1), first);
    assert.equal(asked(), 1);
    await clock.advance(2_000);
    const many = await Promise.all(Array.from({ length: 12 }, (_, index) => token(index % 2)));
    assert.equal(asked(), 2, 'one refresh');
    const next = await token();
    assert.notEqual(next, first);
    assert.ok(
      many.every((one) => one === first || one === next),
      'the others used the token at hand or the new one',
    );
    assert.equal(provider.accessTokens.get(next), mailbox.emailaddress);
  });

  test('refresh tokens that are good once are replaced each time', async () => {
    await consent();
    for (let round = 0; round < 5; round += 1) {
      await clock.advance(500_000);
      assert.ok(provider.accessTokens.has(await token(round % 2)));
    }
    assert.equal(asked(), 6);
  });

  test('a provider that is down does no harm while the token lives, and is told of as passing afterwards', async () => {
    await consent();
    const first = await token();
    await clock.advance(500_000);
    provider.failWith = 503;
    assert.equal(await token(), first);
    await clock.advance(200_000);
    await assert.rejects(token(), { code: 'mr_OAuthUnavailable', kind: 'transient' });
    provider.failWith = undefined;
    assert.notEqual(await token(), first);
  });

  test('a token that a mail server rejects is replaced before its time', async () => {
    await consent();
    const first = await token();
    const next = await token(0, first);
    assert.notEqual(next, first);
    assert.equal(await token(1, first), next, 'whoever else met the rejection finds the new one');
    assert.equal(asked(), 2);
  });

  test('a refusal is of the credentials kind, kept, told with the way out, and not asked for again', async () => {
    await consent();
    provider.withdrawn = true;
    await clock.advance(700_000);
    for (const worker of [0, 1, 0]) {
      await assert.rejects(token(worker), (error: Error & { code?: string; kind?: string }) => {
        assert.equal(error.code, 'mr_ConsentRefused');
        assert.equal(error.kind, 'credentials');
        assert.match(error.message, /expired or revoked.*Open https:\/\/mail\.example\/consent\//s);
        return true;
      });
    }
    assert.equal(asked(), 2);
    provider.withdrawn = false;
    await consent();
    assert.ok(provider.accessTokens.has(await token()));
  });

  test("a wrong application secret is the administrator's trouble", async () => {
    await consent();
    await database.database.records.update('emailserverprofile', seeded.profile, { oauthclientsecret: 'wrong' });
    await clock.advance(700_000);
    await assert.rejects(token(), { code: 'mr_OAuthRegistration', kind: 'configuration' });
    await database.database.records.update('emailserverprofile', seeded.profile, { oauthclientid: '' });
    await assert.rejects(token(), /application id \(oauthclientid\) is empty/);
  });
});
