import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Database } from '../../src/store/database.ts';
import { createTokenStore } from '../../src/webapi/token-store.ts';
import { openTestDatabase } from '../support/database.ts';
import { openTestApi } from '../support/web-api.ts';

let database: Database;
let close: () => Promise<void>;
let now = new Date('2024-05-15T12:00:00Z');
const clock = { now: () => now, sleep: async () => undefined };
const user = '11111111-1111-4111-8111-111111111111';
const gone = '22222222-2222-4222-8222-222222222222';

before(async () => {
  ({ database, close } = await openTestDatabase());
});
after(() => close());

function tokenStore() {
  return createTokenStore({
    sql: (text, values) => database.sql(text, values),
    clock,
    describeUser: async (id) => (id === user ? { name: 'Ada', isAdministrator: true } : undefined),
  });
}

test('a token is told once, kept as a hash, verified until it expires or is revoked', async () => {
  const tokens = tokenStore();
  const token = await tokens.issue({ systemuserid: user, name: 'ci', kind: 'api', lifetimeMs: 3_600_000 });
  assert.match(token, /^mrt_[\w-]{43}$/);
  const rows = await database.sql<{ tokenhash: string }>('select * from mr_token');
  assert.equal(JSON.stringify(rows).includes(token), false);
  assert.deepEqual(await tokens.verify(token), { systemuserid: user, name: 'Ada', isAdministrator: true });
  assert.equal(await tokens.verify(`${token}x`), undefined);
  now = new Date(now.getTime() + 3_600_001);
  assert.equal(await tokens.verify(token), undefined);
  const lasting = await tokens.issue({ systemuserid: user, name: 'lasting', kind: 'api', lifetimeMs: null });
  assert.ok(await tokens.verify(lasting));
  await tokens.revoke(lasting);
  assert.equal(await tokens.verify(lasting), undefined);
  assert.deepEqual(
    (await tokens.list()).map(({ name }) => name),
    ['ci', 'lasting'],
  );
});

test('a disabled user signs in with nothing', async () => {
  const tokens = tokenStore();
  const token = await tokens.issue({ systemuserid: gone, name: 'old', kind: 'api', lifetimeMs: null });
  assert.equal(await tokens.verify(token), undefined);
});

test('a preset token is valid again after every start', async () => {
  const tokens = tokenStore();
  await tokens.preset('preset-token', { systemuserid: user, name: 'preset', kind: 'api', lifetimeMs: null });
  await tokens.revoke('preset-token');
  await tokens.preset('preset-token', { systemuserid: user, name: 'preset', kind: 'api', lifetimeMs: null });
  assert.ok(await tokens.verify('preset-token'));
});

test('a one-time code is exchanged once, in time, and is no token itself; the session cookie signs in and out', async () => {
  const tokens = tokenStore();
  const issue = () => tokens.issue({ systemuserid: user, name: 'first', kind: 'signin', lifetimeMs: 900_000 });
  const code = await issue();
  assert.equal(await tokens.verify(code), undefined);
  const both = await Promise.all([tokens.exchange(code), tokens.exchange(code)]);
  assert.equal(both.filter((session) => session !== undefined).length, 1);
  const late = await issue();
  now = new Date(now.getTime() + 900_001);
  assert.equal(await tokens.exchange(late), undefined);

  const api = await openTestApi({}, { verifier: tokens, signIn: tokens, clock });
  try {
    const signIn = await api.send('POST', '/sign-in', { code: await issue() }, { authorization: '' });
    assert.equal(signIn.status, 200, signIn.text);
    const cookie = String(signIn.headers['set-cookie']);
    assert.match(cookie, /^mailroom_session=mrt_[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    assert.equal(signIn.text.includes('mrt_'), false);
    const held = { authorization: '', cookie: cookie.split(';')[0] ?? '', origin: 'http://mailroom.test' };
    assert.equal((await api.send('GET', 'WhoAmI', undefined, held)).json.UserId, user);
    assert.equal((await api.send('POST', '/sign-out', undefined, held)).status, 204);
    assert.equal((await api.send('GET', 'WhoAmI', undefined, held)).status, 401);
    const program = await api.send('POST', '/sign-in', { code: await issue(), return: 'token' });
    assert.match(program.json.token, /^mrt_/);
    assert.equal((await api.send('POST', '/sign-in', { code: 'wrong' })).status, 401);
    assert.equal((await api.send('POST', '/sign-in', {})).status, 400);
  } finally {
    await api.close();
  }
});
