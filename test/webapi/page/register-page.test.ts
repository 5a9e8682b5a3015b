import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type FastifyInstance, fastify } from 'fastify';
import { readPageFiles } from '../../../src/webapi/page/page-files.ts';
import { registerPage } from '../../../src/webapi/page/register-page.ts';

describe('the admin page as it is served', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-page-'));
  const script = 'console.log("page")';
  let server: FastifyInstance;

  before(async () => {
    mkdirSync(path.join(folder, 'assets'));
    writeFileSync(path.join(folder, 'index.html'), '<meta property="csp-nonce" nonce="__CSP_NONCE__"><div id="page">');
    writeFileSync(path.join(folder, 'assets', 'index-abc.js'), script);
    writeFileSync(path.join(folder, 'assets', 'index-abc.js.gz'), gzipSync(script));
    writeFileSync(path.join(folder, 'manifest.json'), '{}');
    const page = readPageFiles(folder);
    assert.ok(page);
    server = fastify();
    registerPage(server, page);
    await server.ready();
  });
  after(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('every path of the page answers the document, each time with another nonce that the policy names', async () => {
    const nonces = new Set<string>();
    for (const url of ['/', '/mailboxes', '/mailboxes/1?search=x', '/no/such/page']) {
      const answer = await server.inject({ url });
      assert.equal(answer.statusCode, 200, url);
      const nonce = /nonce="([^"]+)"/.exec(answer.body)?.[1] ?? '';
      assert.match(nonce, /^[\w+/]{22}==$/);
      nonces.add(nonce);
      const policy = String(answer.headers['content-security-policy']);
      assert.ok(policy.includes(`style-src 'self' 'nonce-${nonce}'`), policy);
      assert.ok(policy.includes("default-src 'none'") && policy.includes("script-src 'self';"), policy);
      assert.doesNotMatch(policy, /unsafe|\*|https?:/);
      assert.equal(answer.headers['cache-control'], 'no-store');
      assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    }
    assert.equal(nonces.size, 4);
  });

  test('a file is sent compressed to those who take it, and not again to those who have it', async () => {
    const url = '/assets/index-abc.js';
    const packed = await server.inject({ url, headers: { 'accept-encoding': 'gzip, br;q=0' } });
    assert.equal(packed.headers['content-encoding'], 'gzip');
    assert.deepEqual(packed.rawPayload, gzipSync(script));
    assert.match(String(packed.headers['cache-control']), /immutable/);
    assert.equal(packed.headers.vary, 'accept-encoding');
    const plain = await server.inject({ url });
    assert.equal(plain.headers['content-encoding'], undefined);
    assert.equal(plain.body, script);
    assert.match(String(plain.headers['content-type']), /^text\/javascript/);
    const again = await server.inject({ url, headers: { 'if-none-match': String(plain.headers.etag) } });
    assert.equal(again.statusCode, 304);
  });

  test("addresses of the service stay the service's, and nothing outside the page is served", async () => {
    for (const url of ['/api/nothing', '/assets/none.js', '/sign-in/none', '/healthz/x'])
      assert.equal((await server.inject({ url })).statusCode, 404, url);
    for (const url of ['/manifest.json', '/../package.json', '/assets/%2e%2e/%2e%2e/package.json']) {
      const answer = await server.inject({ url });
      assert.ok(answer.statusCode === 404 || answer.body.includes('id="page"'), url);
    }
  });
});
