import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { type OpenIdProvider, startOpenIdProvider } from '../../testbed/openid/openid-provider.ts';
import type { Answer } from '../support/web-api.ts';
import { openWholeWeb, type WholeWeb } from '../support/whole-web.ts';

const none = { authorization: '' };

interface Browser {
  cookie: string;
  get(url: string): Promise<{ readonly status: number; readonly location: string; readonly text: string }>;
}

/** Keeps cookies as a browser would, by name. */
function browser(server: FastifyInstance): Browser {
  const jar = new Map<string, string>();
  const self: Browser = {
    cookie: '',
    async get(url) {
      const answer = await server.inject({
        method: 'GET',
        url,
        headers: { host: 'mailroom.test', cookie: self.cookie },
      });
      for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
        const [pair = ''] = line.split(';');
        const at = pair.indexOf('=');
        if (/Max-Age=0/.test(line)) jar.delete(pair.slice(0, at));
        else jar.set(pair.slice(0, at), pair.slice(at + 1));
      }
      self.cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      return { status: answer.statusCode, location: String(answer.headers.location ?? ''), text: answer.body };
    },
  };
  return self;
}

describe('signing in with a provider', () => {
  let provider: OpenIdProvider;
  let web: WholeWeb;
  const secret = 'secret-of-this-service';
  before(async () => {
    provider = await startOpenIdProvider({
      audience: 'api://mailroom',
      clientId: 'mailroom',
      clientSecret: secret,
      now: () => web.clock.now(),
    });
    web = await openWholeWeb({
      oidcIssuer: provider.issuer,
      oidcAudience: 'api://other, api://mailroom',
      oidcClientId: 'mailroom',
      oidcClientSecret: secret,
      oidcUserColumn: 'internalemailaddress',
      corsOrigins: 'https://app.example',
    });
  });
  after(async () => {
    await web.close();
    await provider.close();
  });

  const whoAmI = (token: string): Promise<Answer> =>
    web.send('GET', 'WhoAmI', undefined, { authorization: `Bearer ${token}` });

  describe('tokens of a provider', () => {
    it('a token that is signed, current and for this service is its user', async () => {
      const { id } = await web.user('Olga');
      const answer = await whoAmI(await provider.token({ email: 'Olga@ours.example', email_verified: true }));
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.json.UserId, id);
    });

    it('every fault of a token is 401, whatever it claims', async () => {
      const email = 'administrator@ours.example';
      await web.database.records.update('systemuser', web.organization.administratorId, {
        internalemailaddress: email,
      });
      const good = await provider.token({ email });
      assert.equal((await whoAmI(good)).status, 200);
      const [header = '', payload = '', signature = ''] = good.split('.');
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
      const faulty: Readonly<Record<string, string>> = {
        'other issuer': await provider.token({ email }, { issuer: 'https://evil.example' }),
        'other audience': await provider.token({ email }, { audience: 'api://elsewhere' }),
        'ID token of the page': await provider.token({ email }, { audience: 'mailroom' }),
        expired: await provider.token({ email }, { lifetimeSeconds: -61 }),
        'not yet': await provider.token({ email }, { notBeforeSeconds: 61 }),
        'foreign key': await provider.token({ email }, { foreignKey: true }),
        'other payload': [header, part({ ...claims, email: 'x@ours.example' }), signature].join('.'),
        'no signature': [part({ alg: 'none' }), payload, ''].join('.'),
        'none with a signature': [part({ alg: 'none' }), payload, signature].join('.'),
        'shared secret': [part({ alg: 'HS256' }), payload, signature].join('.'),
        'unverified address': await provider.token({ email, email_verified: false }),
        'no claim': await provider.token({}),
        'unknown user': await provider.token({ email: 'nobody@ours.example' }),
        'claim of another kind': await provider.token({ email: [email] }),
      };
      for (const [fault, token] of Object.entries(faulty)) {
        const answer = await whoAmI(token);
        assert.equal(answer.status, 401, fault);
        assert.equal(answer.json.error.code, 'mr_SignInRequired', fault);
      }
    });

    it('a difference of clocks within the setting is forgiven', async () => {
      await web.user('Tick');
      const email = 'tick@ours.example';
      assert.equal((await whoAmI(await provider.token({ email }, { lifetimeSeconds: -50 }))).status, 200);
      assert.equal((await whoAmI(await provider.token({ email }, { notBeforeSeconds: 50 }))).status, 200);
    });

    it('two users of one address, a disabled one, and SYSTEM are nobody', async () => {
      await web.user('Twin', { domainname: 'twin-one', internalemailaddress: 'twin@ours.example' });
      const { id } = await web.user('Twin', { domainname: 'twin-two', internalemailaddress: 'twin@ours.example' });
      assert.equal((await whoAmI(await provider.token({ email: 'twin@ours.example' }))).status, 401);
      await web.admin.update('systemuser', id, { isdisabled: true });
      assert.equal((await whoAmI(await provider.token({ email: 'twin@ours.example' }))).status, 200);
      await web.database.records.update('systemuser', web.organization.systemUserId, {
        internalemailaddress: 'system@ours.example',
      });
      assert.equal((await whoAmI(await provider.token({ email: 'system@ours.example' }))).status, 401);
    });

    it('a program of the provider is the application user of its id', async () => {
      const applicationid = randomUUID();
      const { id } = await web.user('Robot', { applicationid, internalemailaddress: null });
      const answer = await web.send('GET', 'WhoAmI', undefined, {
        authorization: `Bearer ${await provider.token({ azp: applicationid })}`,
      });
      assert.equal(answer.json.UserId, id);
    });

    it('keys are asked for once and again when the provider changes them', async () => {
      await web.user('Rota');
      const email = 'rota@ours.example';
      const asked = provider.asked.get('/keys') ?? 0;
      for (let turn = 0; turn < 5; turn += 1) assert.equal((await whoAmI(await provider.token({ email }))).status, 200);
      assert.equal(provider.asked.get('/keys'), Math.max(1, asked));
      await provider.rotateKeys();
      const fresh = await provider.token({ email });
      // Within 30 seconds of the last look an unknown key id does not ask again: strangers cannot make us ask without end.
      const other = await openWholeWeb({
        oidcIssuer: provider.issuer,
        oidcAudience: 'api://mailroom',
        oidcUserColumn: 'internalemailaddress',
      });
      try {
        await other.user('Rota');
        const answer = await other.send('GET', 'WhoAmI', undefined, { authorization: `Bearer ${fresh}` });
        assert.equal(answer.status, 200, answer.text);
      } finally {
        await other.close();
      }
    });

    it('a provider that cannot be reached is 503, not a wrong token', async () => {
      const away = await openWholeWeb({ oidcIssuer: 'http://127.0.0.1:9', oidcAudience: 'api://mailroom' });
      try {
        const answer = await away.send('GET', 'WhoAmI', undefined, {
          authorization: `Bearer ${await provider.token({})}`,
        });
        assert.equal(answer.status, 503);
        assert.equal(answer.json.error.code, 'mr_SignInProvider');
        assert.equal((await away.send('GET', 'WhoAmI', undefined, away.adminBearer)).status, 200);
      } finally {
        await away.close();
      }
    });

    it('settings that do not go together are refused at the start', async () => {
      await assert.rejects(openWholeWeb({ oidcIssuer: 'https://id.example' }), {
        code: 'mr_Configuration',
        message: /MAILROOM_OIDC_AUDIENCE/,
      });
      await assert.rejects(openWholeWeb({ oidcIssuer: 'http://id.example', oidcAudience: 'a' }), {
        code: 'mr_Configuration',
        message: /https/,
      });
    });
  });

  describe('the provider at the page', () => {
    it('goes there with PKCE, state and nonce, and comes back with a session', async () => {
      const { id } = await web.user('Page');
      provider.person = { email: 'page@ours.example', email_verified: true };
      const user = browser(web.server);
      const away = await user.get('/sign-in/openid?return=/mailboxes');
      assert.equal(away.status, 302);
      const asked = new URL(away.location).searchParams;
      assert.equal(asked.get('code_challenge_method'), 'S256');
      assert.ok((asked.get('state') ?? '').length >= 32 && (asked.get('nonce') ?? '').length >= 32);
      const atProvider = await fetch(away.location, { redirect: 'manual' });
      const back = new URL(atProvider.headers.get('location') ?? '');
      const home = await user.get(`${back.pathname}${back.search}`);
      assert.equal(home.status, 303, home.text);
      assert.equal(home.location, '/mailboxes');
      assert.match(user.cookie, /^mailroom_session=mrt_[\w-]+$/);
      const session = await web.send('GET', '/session', undefined, { ...none, cookie: user.cookie });
      assert.equal(session.json.systemuserid, id);
      // The code and what the browser kept serve once.
      assert.equal((await user.get(`${back.pathname}${back.search}`)).status, 400);
    });

    it('another browser, a changed state, a refusal and an unknown person get no session', async () => {
      provider.person = { email: 'page@ours.example' };
      const user = browser(web.server);
      const away = await user.get('/sign-in/openid');
      const back = new URL((await fetch(away.location, { redirect: 'manual' })).headers.get('location') ?? '');
      const stranger = await browser(web.server).get(`${back.pathname}${back.search}`);
      assert.equal(stranger.status, 400);
      assert.match(stranger.text, /mr_OpenIdExpired/);
      back.searchParams.set('state', 'x'.repeat(43));
      const changed = await user.get(`${back.pathname}${back.search}`);
      assert.equal(changed.status, 400);
      assert.match(changed.text, /mr_OpenIdRefused/);
      assert.doesNotMatch(user.cookie, /mailroom_session/);

      provider.refuses = true;
      const again = await user.get('/sign-in/openid');
      const refused = new URL((await fetch(again.location, { redirect: 'manual' })).headers.get('location') ?? '');
      const told = await user.get(`${refused.pathname}${refused.search}`);
      assert.equal(told.status, 400);
      assert.match(told.text, /access_denied \(The person declined\.\)/);
      provider.refuses = false;

      provider.person = { email: 'stranger@ours.example' };
      const third = await user.get('/sign-in/openid');
      const unknown = new URL((await fetch(third.location, { redirect: 'manual' })).headers.get('location') ?? '');
      const nobody = await user.get(`${unknown.pathname}${unknown.search}`);
      assert.equal(nobody.status, 403);
      assert.match(nobody.text, /No user here has internalemailaddress/);
      assert.doesNotMatch(user.cookie, /mailroom_session/);
    });

    it('returns to pages of this site only', async () => {
      for (const wanted of ['//evil.example', '/\\evil.example', 'https://evil.example', '/%0d%0aSet-Cookie:x', '']) {
        const user = browser(web.server);
        await user.get(`/sign-in/openid?return=${encodeURIComponent(wanted)}`);
        const kept = /mailroom_openid=([\w-]+)/.exec(user.cookie)?.[1] ?? '';
        const { returnTo } = JSON.parse(Buffer.from(kept, 'base64url').toString());
        assert.ok(returnTo === '/' || returnTo === wanted, `${wanted} became ${returnTo}`);
        assert.doesNotMatch(returnTo, /evil|\r|\n/);
      }
    });
  });
});
