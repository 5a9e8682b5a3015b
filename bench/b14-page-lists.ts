import { setTimeout } from 'node:timers/promises';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { buildPage } from '../scripts/build-page.mjs';
import { createDescribeUser } from '../src/app/describe-user.ts';
import { createTokens } from '../src/app/tokens.ts';
import { createAccessDirectory } from '../src/store/access-directory.ts';
import { findBinary } from '../testbed/servers/find-binary.ts';
import { type BenchEngine, startBenchEngine } from './engine/bench-engine.ts';
import { fillPageStore } from './engine/fill-page-store.ts';
import type { BenchOptions } from './measure/bench-options.ts';
import type { BenchResult } from './measure/print-result.ts';
import { median, type Sample, sampleHere } from './measure/sample.ts';

/** The most a list may take until its rows are on screen, milliseconds. */
const mostMs = 1000;

/** How often the page is looked at, milliseconds. */
const pollMs = 5;

/** When a list counts as never shown, milliseconds. */
const patienceMs = 30_000;

/** B14: every list of the page over 100,000 mailboxes and 1,000,000 emails, opened by its address in Chromium; measured until its rows are on screen, the page's own files from the browser's cache. */
export async function pageLists(options: BenchOptions): Promise<BenchResult> {
  await buildPage();
  const bench = await startBenchEngine(['web'], options.folder);
  const executablePath = findBinary('chromium', 'chromium-browser', 'google-chrome');
  if (executablePath === undefined) throw new Error('Chromium is not installed. Install it to measure the page.');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const samples: Sample[] = [];
  const times = new Map<string, number[]>();
  try {
    await fillPageStore(bench.engine, { mailboxes: options.mailboxes, emails: options.stored });
    const context = await signIn(bench, browser);
    const paths = await listPaths(bench);
    for (let run = 0; run <= options.runs; run += 1) {
      const sample = await sampleHere(paths.length, bench.databasePid, async () => {
        for (const path of paths) {
          const took = await open(context, bench.url + path).catch((error: Error) => {
            throw new Error(`${path}: ${error.message}`);
          });
          // The first run fills the caches of browser and database.
          if (run > 0) times.set(path, [...(times.get(path) ?? []), took]);
          process.stderr.write(`${run} ${Math.round(took)} ms ${path}\n`);
        }
      });
      if (run > 0) samples.push(sample);
    }
  } finally {
    await browser.close();
    await bench.stop();
  }
  const medians = [...times].map(([path, took]) => [path, Math.round(median(took))] as const);
  const slow = medians.filter(([, ms]) => ms > mostMs);
  return {
    id: 'B14',
    claim: `every list of the page opens in under ${mostMs} ms`,
    corpus: `${options.mailboxes} mailboxes, ${options.stored} emails`,
    sides: [{ name: 'lists opened', samples }],
    facts: {
      ...bench.databaseFacts,
      lists: medians.length,
      slowestMs: Math.max(...medians.map(([, ms]) => ms)),
      overOneSecond: slow.map(([path, ms]) => `${path}: ${ms} ms`).join(', ') || 'none',
      ...Object.fromEntries(medians),
    },
  };
}

async function signIn(bench: BenchEngine, browser: Browser): Promise<BrowserContext> {
  const { database, organization } = bench.engine;
  const tokens = createTokens(database, createDescribeUser(createAccessDirectory(database)));
  const code = await tokens.issue({
    systemuserid: organization.administratorId,
    name: 'bench',
    kind: 'signin',
    lifetimeMs: patienceMs,
  });
  const context = await browser.newContext({ viewport: { width: 1360, height: 850 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(`${bench.url}/#code=${code}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.close();
  return context;
}

/** Milliseconds from asking for an address until the rows (or that there are none) are on screen. */
async function open(context: BrowserContext, url: string): Promise<number> {
  const page = await context.newPage();
  try {
    const startedOn = performance.now();
    await page.goto(url, { waitUntil: 'commit' });
    for (;;) {
      if (await page.evaluate<boolean>(isShown)) return performance.now() - startedOn;
      if (performance.now() - startedOn > patienceMs) throw new Error(`Nothing was shown within ${patienceMs} ms.`);
      await setTimeout(pollMs);
    }
  } finally {
    await page.close();
  }
}

/** In the browser: the heading is there and nothing loads any more. Throws what the page says went wrong. */
const isShown = `(() => {
  const main = document.querySelector('main');
  const problem = main && main.querySelector('[role=alert]');
  if (problem) throw new Error(problem.textContent);
  return Boolean(main && main.querySelector('h1')) && !main.querySelector('[role=progressbar], [aria-busy=true]');
})()`;

/** The addresses of all lists, with the filters, searches and orders that they offer. */
async function listPaths({ engine }: BenchEngine): Promise<readonly string[]> {
  const id = async (sql: string): Promise<string> =>
    (await engine.database.sql<{ id: string }>(sql))[0]?.id ?? '00000000-0000-0000-0000-000000000000';
  const mailbox = await id("select md5('mailbox 1')::uuid::text as id");
  const queue = await id('select queueid::text as id from queue order by name limit 1');
  const email = await id('select activityid::text as id from email order by createdon desc limit 1');
  const states = (path: string, name: string, values: readonly string[]): readonly string[] =>
    values.map((value) => `${path}?${name}=${value}`);
  return [
    '/',
    '/mailboxes',
    ...states('/mailboxes', 'state', [
      'attention',
      'unapproved',
      'untested',
      'failing',
      'retrying',
      'working',
      'inactive',
      'unused',
      'all',
    ]),
    ...states('/mailboxes', 'kind', ['user', 'queue', 'forward']),
    '/mailboxes?search=user+777',
    '/mailboxes?order=emailaddress',
    '/mailboxes?order=processinglastattemptedon+desc',
    ...['state', 'decisions', 'alerts'].map((tab) => `/mailboxes/${mailbox}?tab=${tab}`),
    '/emails',
    ...states('/emails', 'state', [
      'received',
      'sent',
      'draft',
      'waiting',
      'failed',
      'uncertain',
      'partly',
      'unlinked',
    ]),
    '/emails?search=pallets',
    '/emails?search=order+77777',
    `/emails/${email}`,
    '/alerts',
    '/alerts?open=all',
    '/alerts?level=3',
    '/alerts?open=all&level=1',
    '/alerts?open=all&search=777',
    '/quarantine',
    '/quarantine?state=all',
    '/quarantine?search=broken+77',
    '/queues',
    `/queues/${queue}`,
    ...states(`/queues/${queue}`, 'worker', ['free', 'mine', 'all']),
    '/activities',
    '/activities?kind=contact',
    '/activities?kind=task',
    '/activities?kind=contact&c-search=contact+777',
    '/profiles',
    `/profiles/${await id("select md5('profile 1')::uuid::text as id")}`,
    '/users',
    ...states('/users', 'state', ['disabled', 'all']),
    '/users?kind=programs',
    '/users?search=user+777',
    `/users/${await id("select md5('user 1')::uuid::text as id")}?tab=history`,
    '/roles',
    '/teams',
    '/audit',
    ...states('/audit', 'table', ['mailbox', 'organization', 'systemuser', 'role']),
    '/audit?action=delete',
    '/webhooks',
    `/webhooks/${await id('select mr_webhookid::text as id from mr_webhook limit 1')}`,
    '/sign-in-ways',
    '/settings',
    '/me',
  ];
}
