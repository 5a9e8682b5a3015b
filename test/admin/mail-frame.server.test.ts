import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { type Browser, chromium } from 'playwright-core';
import { sanitizeHtml } from '../../src/formats/sanitize-html.ts';
import { mailBodyPolicy } from '../../src/webapi/page/page-headers.ts';
import { findBinary } from '../../testbed/servers/find-binary.ts';
import { serverSkip } from '../../testbed/servers/require-server.ts';
import { hostileHtml } from './hostile-html.ts';

const skip = serverSkip('chromium', 'chromium');

/** How a body is shown: what protects the reader. */
interface Way {
  readonly isSanitised: boolean;
  readonly policy: string | undefined;
  readonly sandbox: string | undefined;
}

const open: Way = { isSanitised: false, policy: undefined, sandbox: undefined };

describe('a hostile mail in a real browser', { skip }, () => {
  let browser: Browser;
  let server: Server;
  let origin: string;
  let way: Way;
  const asked: string[] = [];

  before(async () => {
    server = createServer((request, response) => {
      const url = request.url ?? '';
      if (/^\/(?:ran|loaded)/.test(url)) asked.push(url);
      const number = /^\/body\/(\d+)$/.exec(url)?.[1];
      if (number !== undefined) {
        const html = hostileHtml(origin)[Number(number)] ?? '';
        if (way.policy !== undefined) response.setHeader('content-security-policy', way.policy);
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.end(
          `<!doctype html><html><head></head><body>${way.isSanitised ? sanitizeHtml(html) : html}</body></html>`,
        );
        return;
      }
      const framed = /^\/frames\/([\d,]+)$/.exec(url)?.[1];
      if (framed === undefined) return void response.writeHead(404).end();
      response.setHeader('content-type', 'text/html; charset=utf-8');
      const sandbox = way.sandbox === undefined ? '' : ` sandbox="${way.sandbox}"`;
      const frames = framed.split(',').map((number) => `<iframe${sandbox} src="/body/${number}"></iframe>`);
      response.end(`<!doctype html>${frames.join('')}`);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const executablePath = findBinary('chromium', 'chromium-browser', 'google-chrome');
    browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ['--no-sandbox'] });
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  /**
   * Shows every body and tells what ran and what was loaded. What protects is to hold all of them off, so that they stand in one page;
   * where nothing protects, one that leads the page elsewhere would save it from the others, and each has a page of its own.
   */
  async function show(shown: Way): Promise<{ readonly ran: number; readonly loaded: readonly string[] }> {
    way = shown;
    asked.length = 0;
    const page = await browser.newPage();
    const numbers = [...hostileHtml(origin).keys()];
    for (const together of shown === open ? numbers : [numbers.join(',')]) {
      await page.goto(`${origin}/frames/${together}`, { waitUntil: 'networkidle' });
    }
    await page.close();
    return {
      ran: asked.filter((url) => url.startsWith('/ran')).length,
      loaded: asked.filter((url) => url.startsWith('/loaded')),
    };
  }

  const sandbox = 'allow-popups allow-popups-to-escape-sandbox';

  test('without protection the attacks work, so the others show something', async () => {
    const { ran, loaded } = await show(open);
    assert.ok(ran >= 8, `${ran} ran`);
    assert.ok(loaded.length >= 12, `${loaded.length} loaded`);
  });

  test('AT-08: the sanitiser alone: nothing runs, nothing is loaded', async () => {
    assert.deepEqual(await show({ ...open, isSanitised: true }), { ran: 0, loaded: [] });
  });

  test('AT-08: the policy alone: nothing runs, nothing is loaded into the mail', async () => {
    const policy = mailBodyPolicy(false).replace(/^sandbox[^;]*; /, '');
    // A `meta refresh` leads the frame to another document, which no policy can forbid; the sanitiser takes it out.
    assert.deepEqual(await show({ ...open, policy }), { ran: 0, loaded: ['/loaded.html'] });
  });

  test('AT-08: the sandbox alone: nothing runs', async () => {
    assert.equal((await show({ ...open, sandbox })).ran, 0);
  });

  test('AT-08: all three together: nothing runs, nothing is loaded', async () => {
    assert.deepEqual(await show({ isSanitised: true, policy: mailBodyPolicy(false), sandbox }), { ran: 0, loaded: [] });
  });
});
