import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { buildPage } from '../../scripts/build-page.mjs';
import { configSchema } from '../../src/app/config-schema.ts';
import { createEngine, type Engine } from '../../src/app/engine.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { type DemoServers, startDemoServers } from '../../testbed/demo/demo-servers.ts';
import { findBinary } from '../../testbed/servers/find-binary.ts';
import { createTestDatabase } from '../support/database.ts';

/** A fresh service with workers and its page, the demo's mail servers, and a browser that looks at it. */
export interface PageScene {
  readonly url: string;
  readonly engine: Engine;
  readonly servers: DemoServers;
  readonly browser: Browser;
  /** The one-time code of the first start. */
  readonly code: string;
  /** Bearer token of the administrator. */
  readonly token: string;
  /** Opens a tab whose errors (scripts, blocked by policy) fail `assertQuiet`. */
  open(options?: { readonly dark?: boolean; readonly width?: number }): Promise<Page>;
  /** Gives a user a password and signs them in on a tab of their own, at a path. */
  openAs(user: { readonly id: string; readonly name: string }, path: string): Promise<Page>;
  /** Fails when a script broke or the policy blocked something in any tab. */
  assertQuiet(): void;
  stop(): Promise<void>;
}

/** What `openAs` gives a user as password. */
export const userPassword = 'correct horse battery staple';

/** How long a thing may take to appear on screen, milliseconds. */
const patienceMs = 45_000;

/** Starts it all; the sandbox servers hold the mailboxes of the demo's people. */
export async function openPageScene(): Promise<PageScene> {
  assert.equal(await buildPage(), true);
  const database = await createTestDatabase();
  const servers = await startDemoServers(() => undefined);
  const config = configSchema.parse({ databaseUrl: database.url, secretKey: '07'.repeat(32), port: 0 });
  const engine = await createEngine({ config, clock: systemClock, log: silentLog, roles: ['web', 'worker'] });
  const started = await engine.start();
  const executablePath = findBinary('chromium', 'chromium-browser', 'google-chrome');
  assert.ok(executablePath && started.oneTimeSignIn);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const problems: string[] = [];
  let cookies: Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['cookies']>> = [];
  return {
    url: started.url,
    engine,
    servers,
    browser,
    code: started.oneTimeSignIn,
    token: started.administratorToken,
    open: async ({ dark = false, width = 1360 } = {}) => {
      const context = await browser.newContext({
        viewport: { width, height: 850 },
        colorScheme: dark ? 'dark' : 'light',
        reducedMotion: 'reduce',
        locale: 'en-GB',
      });
      await context.addCookies(cookies);
      const page = await context.newPage();
      page.setDefaultTimeout(patienceMs);
      page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`));
      page.on('console', (message) => {
        if (/Content Security Policy/i.test(message.text())) problems.push(`${page.url()}: ${message.text()}`);
      });
      page.on('framenavigated', () => {
        void context.cookies().then(
          (now) => {
            if (now.length > 0) cookies = now;
          },
          () => undefined,
        );
      });
      return page;
    },
    openAs: async ({ id, name }, path) => {
      const answer = await fetch(
        `${started.url}/api/data/v9.2/systemusers(${id})/Microsoft.Dynamics.CRM.mr_SetPassword`,
        {
          method: 'POST',
          headers: { authorization: `Bearer ${started.administratorToken}`, 'content-type': 'application/json' },
          body: JSON.stringify({ NewPassword: userPassword }),
        },
      );
      assert.equal(answer.status, 204, await answer.text());
      const page = await (await browser.newContext({ reducedMotion: 'reduce', locale: 'en-GB' })).newPage();
      page.setDefaultTimeout(patienceMs);
      await page.goto(`${started.url}${path}`);
      await signIn(page, name);
      return page;
    },
    assertQuiet: () => assert.deepEqual(problems, []),
    stop: async () => {
      await browser.close();
      await engine.stop();
      await servers.stop();
      await database.drop();
    },
  };
}

/** Fills in the form by which a user of `openAs` signs in. */
export async function signIn(page: Page, name: string): Promise<void> {
  await page.getByLabel('User name or email address').fill(name);
  await page.getByLabel(/^Password/).fill(userPassword);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Acts and waits for the notice of it. A notice stays for a few seconds only, which a busy machine may take to end a click: it is waited for from before. */
export async function noticed(page: Page, words: string, act: () => Promise<void>): Promise<void> {
  await Promise.all([page.getByText(words, { exact: true }).first().waitFor(), act()]);
}

/** Chooses a record by its name. The offered ones move when the search is answered, and a press on what moves chooses nothing: it is repeated then. */
export async function pickRecord(field: Locator, words: string, name: string | RegExp, place = 0): Promise<void> {
  await field.fill(words);
  const option = field.page().getByRole('option', { name }).nth(place);
  let presses = 0;
  do {
    assert.ok(presses < 5, `${name} is not chosen by pressing it.`);
    await option.click();
    presses += 1;
  } while ((await field.getAttribute('aria-expanded')) === 'true');
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong on a page that is serious or worse, in a line each. Left out are the invisible stops by which Fluent keeps the Tab key inside a dialog: they hand the focus on and are never rested on. */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  if ((await findings(page)).length === 0) return [];
  // Colours of a page in motion, as under a notice that fades, are not those that people read.
  await page.evaluate(async () => {
    interface Motion {
      readonly effect: { getComputedTiming(): { readonly endTime: number } } | null;
      readonly finished: Promise<unknown>;
    }
    const { document } = globalThis as unknown as { readonly document: { getAnimations(): readonly Motion[] } };
    // A spinner turns for ever.
    const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });
  return findings(page);
}

function findings(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(context: object): Promise<{
          violations: {
            id: string;
            impact: string;
            help: string;
            nodes: { html: string; failureSummary?: string }[];
          }[];
        }>;
      };
    };
    const { violations } = await axe.run({ exclude: ['[data-tabster-dummy]'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, help, nodes }) =>
          `${id}: ${help}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`).join(' | ')}`,
      );
  });
}
