import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { createAppTokens } from '../../../src/connectors/exchange/oauth/app-tokens.ts';

const quiet = new AbortController().signal;
let server: Server;
let status = 200;
let given = 0;
let nowMs = 0;
const clock = { now: () => new Date(nowMs), sleep: async () => undefined };

before(async () => {
  server = createServer((request, response) => {
    request.resume();
    given += 1;
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ access_token: `token ${given}`, token_type: 'Bearer', expires_in: 1000 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
after(() => new Promise((resolve) => server.close(resolve)));

test('CN-17: tokens are renewed at 80 % of their life, once for all who ask, and kept while the directory is away', async () => {
  const tokens = createAppTokens(clock);
  const app = {
    tokenEndpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    clientId: 'a',
    clientSecret: 'b',
    scope: 'https://outlook.office365.com/.default',
  };
  const many = await Promise.all(Array.from({ length: 5 }, () => tokens.get(app, quiet)));
  assert.deepEqual(new Set(many), new Set(['token 1']));
  nowMs = 799_999;
  assert.equal(await tokens.get(app, quiet), 'token 1');
  nowMs = 800_000;
  assert.equal(await tokens.get(app, quiet), 'token 2');
  nowMs += 850_000;
  status = 503;
  assert.equal(await tokens.get(app, quiet), 'token 2', 'good to its end');
  nowMs += 150_000;
  await assert.rejects(tokens.get(app, quiet), { code: '8005E227', kind: 'transient' });
  status = 200;
  const next = await tokens.get(app, quiet);
  tokens.forget(app);
  assert.notEqual(await tokens.get(app, quiet), next);
  assert.equal(await tokens.get({ ...app, clientId: 'other' }, quiet), `token ${given}`);
});
