import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { type OpenIdProvider, startOpenIdProvider } from '../../testbed/openid/openid-provider.ts';
import type { Answer } from '../support/web-api.ts';
import { openWholeWeb, type WholeWeb } from '../support/whole-web.ts';

const origin = 'http://mailroom.test';
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

describe('signing in', () => {
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

  describe('local accounts', () => {
    const password = 'correct horse battery staple';
    const signIn = (body: object, headers: Readonly<Record<string, string>> = {}) =>
      web.send('POST', '/sign-in', body, { ...none, ...headers });

    it('a user with a password signs in by name or address and works by cookie and CSRF token', async () => {
      const { id } = await web.user('Lola');
      const set = await web.send(
        'POST',
        `systemusers(${id})/Microsoft.Dynamics.CRM.mr_SetPassword`,
        { NewPassword: password },
        web.adminBearer,
      );
      assert.equal(set.status, 204, set.text);
      for (const username of ['lola@ours.example', 'LOLA@ours.example']) {
        const answer = await signIn({ username, password });
        assert.equal(answer.status, 200, answer.text);
        assert.equal(answer.json.systemuserid, id);
        const line = [answer.headers['set-cookie']].flat().join();
        assert.match(line, /HttpOnly/);
        assert.match(line, /SameSite=Strict/);
        const cookie = line.split(';')[0] ?? '';
        const write = (headers: Readonly<Record<string, string>>) =>
          web.send('POST', 'contacts', { lastname: 'By cookie' }, { ...none, cookie, ...headers });
        assert.equal((await write({})).json.error.code, 'mr_ForeignOrigin');
        assert.equal(
          (await write({ origin: 'https://evil.example', 'x-csrf-token': answer.json.csrf })).json.error.code,
          'mr_ForeignOrigin',
        );
        assert.equal((await write({ origin })).json.error.code, 'mr_CsrfToken');
        assert.equal((await write({ origin, 'x-csrf-token': 'guess' })).json.error.code, 'mr_CsrfToken');
        assert.equal((await write({ origin, 'x-csrf-token': answer.json.csrf })).status, 204);
        const session = await web.send('GET', '/session', undefined, { ...none, cookie });
        assert.equal(session.json.csrf, answer.json.csrf);
        const out = await web.send('POST', '/sign-out', undefined, { ...none, cookie, origin });
        assert.equal(out.status, 204);
        assert.equal((await web.send('GET', 'WhoAmI', undefined, { ...none, cookie })).status, 401);
      }
    });

    it('wrong names, wrong passwords and disabled users are told apart by nobody', async () => {
      const { id } = await web.user('Mute');
      await web.send(
        'POST',
        `systemusers(${id})/Microsoft.Dynamics.CRM.mr_SetPassword`,
        { NewPassword: password },
        web.adminBearer,
      );
      const told = [
        await signIn({ username: 'mute@ours.example', password: 'wrong' }),
        await signIn({ username: 'nobody@ours.example', password }),
        await signIn({ username: 'SYSTEM', password }),
      ];
      await web.admin.update('systemuser', id, { isdisabled: true });
      told.push(await signIn({ username: 'mute@ours.example', password }));
      assert.deepEqual(
        told.map((answer) => answer.status),
        [401, 401, 401, 401],
      );
      assert.equal(new Set(told.map((answer) => answer.text)).size, 1);
    });

    it('wrong tries block the account for a while, right ones after it count', async () => {
      const { id } = await web.user('Guess');
      await web.send(
        'POST',
        `systemusers(${id})/Microsoft.Dynamics.CRM.mr_SetPassword`,
        { NewPassword: password },
        web.adminBearer,
      );
      const guess = (text: string, from: string) =>
        web.server.inject({
          method: 'POST',
          url: '/sign-in',
          remoteAddress: from,
          headers: { host: 'mailroom.test', 'content-type': 'application/json' },
          payload: { username: 'guess@ours.example', password: text },
        });
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, index) => guess(`wrong ${index}`, `10.0.0.${index}`)),
      );
      const statuses = answers.map((answer) => answer.statusCode);
      assert.equal(statuses.filter((status) => status === 401).length, 5, String(statuses));
      assert.equal(statuses.filter((status) => status === 429).length, 7);
      const blocked = await guess(password, '10.0.1.1');
      assert.equal(blocked.statusCode, 429);
      assert.ok(Number(blocked.headers['retry-after']) >= 1);
      await web.clock.advance(16_000);
      assert.equal((await guess(password, '10.0.1.1')).statusCode, 200);
    });

    it('one address that fails on and on is sent away, whatever name it tries', async () => {
      const from = (address: string, username: string) =>
        web.server.inject({
          method: 'POST',
          url: '/sign-in',
          remoteAddress: address,
          headers: { host: 'mailroom.test', 'content-type': 'application/json' },
          payload: { code: username },
        });
      for (let turn = 0; turn < 30; turn += 1) assert.equal((await from('10.9.9.9', `mrt_${turn}`)).statusCode, 401);
      const answer = await from('10.9.9.9', 'mrt_next');
      assert.equal(answer.statusCode, 429);
      assert.ok(Number(answer.headers['retry-after']) > 0);
      assert.equal((await from('10.9.9.8', 'mrt_x')).statusCode, 401);
    });

    it('passwords are kept as scrypt hashes, weak ones refused, and a change ends sessions', async () => {
      const { id, bearer } = await web.user('Change');
      const set = (body: object, headers: Readonly<Record<string, string>>) =>
        web.send('POST', `systemusers(${id})/Microsoft.Dynamics.CRM.mr_SetPassword`, body, headers);
      for (const NewPassword of ['short', 'aaaaaaaaaaaaaaaaaaaa', 'my name is change, remember'])
        assert.equal((await set({ NewPassword }, bearer)).json.error.code, 'mr_PasswordWeak');
      assert.equal((await set({ NewPassword: password }, bearer)).status, 204);
      const [row] = await web.database.sql<{ hash: string }>(
        'select hash from mr_credential where systemuserid = $1::uuid',
        [id],
      );
      assert.match(row?.hash ?? '', /^scrypt\$32768\$8\$1\$/);
      assert.equal((row?.hash ?? '').includes(password), false);
      const session = await signIn({ username: 'change@ours.example', password, return: 'token' });
      const next = 'another good pass phrase';
      assert.equal((await set({ NewPassword: next }, bearer)).json.error.code, 'mr_SignInRefused');
      assert.equal((await set({ NewPassword: next, CurrentPassword: password }, bearer)).status, 204);
      assert.equal((await whoAmI(session.json.token)).status, 401);
      assert.equal((await signIn({ username: 'change@ours.example', password: next })).status, 200);
    });

    it('nobody sets the password of a user who may do more', async () => {
      const { bearer } = await web.user('Low');
      const answer = await web.send(
        'POST',
        `systemusers(${web.organization.administratorId})/Microsoft.Dynamics.CRM.mr_SetPassword`,
        { NewPassword: password },
        bearer,
      );
      assert.equal(answer.status, 403, answer.text);
    });

    it('local accounts can be switched off', async () => {
      const off = await openWholeWeb({ localSignIn: 'false' });
      try {
        const answer = await off.send('POST', '/sign-in', { username: 'a', password: 'b' }, none);
        assert.equal(answer.json.error.code, 'mr_LocalSignInOff');
        assert.equal((await off.send('GET', '/sign-in/methods', undefined, none)).json.password, false);
      } finally {
        await off.close();
      }
    });
  });

  describe('application users', () => {
    it('client credentials give a bearer token; secrets are told once, expire and are deleted', async () => {
      const { id } = await web.user('Batch', { accessmode: 4 });
      const made = await web.send(
        'POST',
        `systemusers(${id})/Microsoft.Dynamics.CRM.mr_CreateClientSecret`,
        { Name: 'nightly' },
        web.adminBearer,
      );
      assert.equal(made.status, 200, made.text);
      const { ClientId, ClientSecret, SecretId } = made.json;
      const token = (form: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
        web.server.inject({
          method: 'POST',
          url: '/oauth2/token',
          headers: { host: 'mailroom.test', 'content-type': 'application/x-www-form-urlencoded', ...headers },
          payload: new URLSearchParams(form).toString(),
        });
      const grant = {
        grant_type: 'client_credentials',
        client_id: ClientId,
        client_secret: ClientSecret,
        scope: 'https://mailroom.test/.default',
      };
      const good = await token(grant);
      assert.equal(good.statusCode, 200, good.body);
      assert.equal(good.headers['cache-control'], 'no-store');
      assert.equal(good.json().token_type, 'Bearer');
      assert.equal((await whoAmI(good.json().access_token)).json.UserId, id);
      const basic = await token(
        { grant_type: 'client_credentials' },
        { authorization: `Basic ${Buffer.from(`${ClientId}:${ClientSecret}`).toString('base64')}` },
      );
      assert.equal(basic.statusCode, 200);

      const listed = await web.send(
        'GET',
        `systemusers(${id})/Microsoft.Dynamics.CRM.mr_RetrieveClientSecrets()`,
        undefined,
        web.adminBearer,
      );
      assert.equal(listed.json.Secrets[0].Name, 'nightly');
      assert.equal(listed.text.includes(ClientSecret), false);
      const kept = await web.database.sql('select * from mr_credential where systemuserid = $1::uuid', [id]);
      assert.equal(JSON.stringify(kept).includes(ClientSecret), false);

      const problems: readonly (readonly [Readonly<Record<string, string>>, number, string])[] = [
        [{ ...grant, client_secret: `${ClientSecret}x` }, 401, 'invalid_client'],
        [{ ...grant, client_id: randomUUID() }, 401, 'invalid_client'],
        [{ ...grant, client_id: 'x' }, 401, 'invalid_client'],
        [{ ...grant, grant_type: 'password' }, 400, 'unsupported_grant_type'],
        [{ grant_type: 'client_credentials' }, 400, 'invalid_request'],
        [{}, 400, 'invalid_request'],
      ];
      for (const [form, status, error] of problems) {
        const answer = await token(form);
        assert.equal(answer.statusCode, status);
        assert.equal(answer.json().error, error);
      }
      await web.send(
        'POST',
        `systemusers(${id})/Microsoft.Dynamics.CRM.mr_DeleteClientSecret`,
        { SecretId },
        web.adminBearer,
      );
      assert.equal((await token(grant)).statusCode, 401);
      const late = await web.send(
        'POST',
        `systemusers(${id})/Microsoft.Dynamics.CRM.mr_CreateClientSecret`,
        { Name: 'late', ExpiresOn: new Date(web.clock.now().getTime() + 1000).toISOString() },
        web.adminBearer,
      );
      await web.clock.advance(2000);
      assert.equal((await token({ ...grant, client_secret: late.json.ClientSecret })).statusCode, 401);
    });
  });

  describe('other origins', () => {
    it('listed origins may call the Web API with a token; nobody else, and never with cookies', async () => {
      const preflight = (from: string, path = '/api/data/v9.2/contacts') =>
        web.server.inject({
          method: 'OPTIONS',
          url: path,
          headers: { host: 'mailroom.test', origin: from, 'access-control-request-method': 'POST' },
        });
      const good = await preflight('https://app.example');
      assert.equal(good.statusCode, 204);
      assert.equal(good.headers['access-control-allow-origin'], 'https://app.example');
      assert.match(String(good.headers['access-control-allow-headers']), /authorization/);
      assert.equal(good.headers['access-control-allow-credentials'], undefined);
      assert.equal((await preflight('https://evil.example')).headers['access-control-allow-origin'], undefined);
      assert.equal(
        (await preflight('https://app.example', '/sign-in')).headers['access-control-allow-origin'],
        undefined,
      );
      const answer = await web.send('GET', 'WhoAmI', undefined, { ...web.adminBearer, origin: 'https://app.example' });
      assert.equal(answer.headers['access-control-allow-origin'], 'https://app.example');
      assert.match(String(answer.headers.vary), /Origin/);
      const sign = await web.send('POST', '/sign-in', { code: 'x' }, { ...none, origin: 'https://app.example' });
      assert.equal(sign.json.error.code, 'mr_ForeignOrigin');
    });
  });

  describe('limits', () => {
    it('too many requests of a user are 429 with Retry-After; others go on', async () => {
      const limited = await openWholeWeb({ requestLimit: 20 });
      try {
        const { bearer } = await limited.user('Busy');
        const first = await limited.send('GET', 'WhoAmI', undefined, bearer);
        assert.equal(first.headers['x-ms-ratelimit-burst-remaining-xrm-requests'], '19');
        for (let turn = 1; turn < 20; turn += 1)
          assert.equal((await limited.send('GET', 'WhoAmI', undefined, bearer)).status, 200);
        const refused = await limited.send('GET', 'WhoAmI', undefined, bearer);
        assert.equal(refused.status, 429);
        assert.equal(refused.json.error.code, '0x80072322');
        const wait = Number(refused.headers['retry-after']);
        assert.ok(wait > 0 && wait <= 310, String(wait));
        assert.equal((await limited.send('GET', 'WhoAmI', undefined, limited.adminBearer)).status, 200);
        await limited.clock.advance(wait * 1000);
        assert.equal((await limited.send('GET', 'WhoAmI', undefined, bearer)).status, 200);
      } finally {
        await limited.close();
      }
    });

    it('requests at the same time are limited', async () => {
      const limited = await openWholeWeb({ concurrentLimit: 3 });
      try {
        const { bearer } = await limited.user('Parallel');
        const answers = await Promise.all(
          Array.from({ length: 12 }, () => limited.send('GET', 'accounts', undefined, bearer)),
        );
        const refused = answers.filter((answer) => answer.status === 429);
        assert.ok(refused.length > 0 && refused.length < 12, String(refused.length));
        assert.equal(refused[0]?.json.error.code, '0x80072326');
        assert.equal((await limited.send('GET', 'accounts', undefined, bearer)).status, 200);
      } finally {
        await limited.close();
      }
    });
  });
});
