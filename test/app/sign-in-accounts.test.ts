import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { Answer } from '../support/web-api.ts';
import { openWholeWeb, type WholeWeb } from '../support/whole-web.ts';

const origin = 'http://mailroom.test';
const none = { authorization: '' };

describe('signing in with an account of ours', () => {
  let web: WholeWeb;
  before(async () => {
    web = await openWholeWeb({ corsOrigins: 'https://app.example' });
  });
  after(() => web.close());

  const whoAmI = (token: string): Promise<Answer> =>
    web.send('GET', 'WhoAmI', undefined, { authorization: `Bearer ${token}` });

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

  describe('bearer tokens', () => {
    const act = (id: string, action: string, body: object, headers: Readonly<Record<string, string>>) =>
      web.send('POST', `systemusers(${id})/Microsoft.Dynamics.CRM.${action}`, body, headers);

    it('a token is made for a user, told without itself, and refused once it is revoked; the audit names both', async () => {
      const { id } = await web.user('Tess');
      const made = await act(id, 'mr_CreateToken', { Name: 'nightly export' }, web.adminBearer);
      assert.equal(made.status, 200, made.text);
      assert.equal((await whoAmI(made.json.Token)).json.UserId, id);
      const list = await web.send(
        'GET',
        `systemusers(${id})/Microsoft.Dynamics.CRM.mr_RetrieveTokens()`,
        undefined,
        web.adminBearer,
      );
      assert.equal(list.text.includes(made.json.Token), false);
      const token = list.json.Tokens.find((one: { Name: string }) => one.Name === 'nightly export');
      assert.equal(token.UserId, id);
      const all = await web.send('GET', 'mr_RetrieveAllTokens()', undefined, web.adminBearer);
      assert.ok(all.json.Tokens.some((one: { TokenId: string }) => one.TokenId === token.TokenId));
      assert.equal((await act(id, 'mr_RevokeToken', { TokenId: token.TokenId }, web.adminBearer)).status, 204);
      assert.equal((await whoAmI(made.json.Token)).status, 401);
      assert.equal(
        (await act(id, 'mr_RevokeToken', { TokenId: token.TokenId }, web.adminBearer)).json.error.code,
        '0x80040217',
      );
      const audit = await web.send(
        'GET',
        `audits?$filter=_objectid_value eq ${id} and action ge 100000004&$select=action&$orderby=createdon`,
        undefined,
        web.adminBearer,
      );
      assert.deepEqual(audit.json.value.map((row: { action: number }) => row.action).sort(), [100000004, 100000005]);
    });

    it('users make and see their own tokens alone, and none for a time that has passed', async () => {
      const mine = await web.user('Tina');
      const other = await web.user('Tobi');
      const own = await act(mine.id, 'mr_CreateToken', { Name: 'mine' }, mine.bearer);
      assert.equal(own.status, 200, own.text);
      assert.equal((await act(other.id, 'mr_CreateToken', { Name: 'theirs' }, mine.bearer)).status, 403);
      assert.equal((await web.send('GET', 'mr_RetrieveAllTokens()', undefined, mine.bearer)).status, 403);
      assert.equal((await web.send('GET', 'mr_RetrieveSignInSettings()', undefined, mine.bearer)).status, 403);
      const late = { Name: 'late', ExpiresOn: '2020-01-01T00:00:00Z' };
      assert.equal((await act(mine.id, 'mr_CreateToken', late, mine.bearer)).status, 400);
    });

    it('the settings of sign-in are told without secrets', async () => {
      const answer = await web.send('GET', 'mr_RetrieveSignInSettings()', undefined, web.adminBearer);
      assert.equal(answer.json.LocalSignIn, true);
      assert.equal(answer.json.OidcIsClientSecretSet, false);
      assert.equal(answer.json.OidcReturnUrl, 'http://mailroom.test/sign-in/openid/callback');
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
