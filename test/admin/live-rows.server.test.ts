import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { serverSkip } from '../../testbed/servers/require-server.ts';
import { openPageScene, type PageScene } from './page-scene.ts';

const skip = serverSkip('chromium', 'chromium');

describe('lists that are open in a browser while rows change', { skip }, () => {
  let scene: PageScene;
  let page: Page;

  before(async () => {
    scene = await openPageScene();
    page = await scene.open();
  });
  after(() => scene?.stop());

  const addQueue = (name: string) => scene.engine.database.records.create('queue', { name });
  const row = (name: string) => page.getByRole('row', { name: new RegExp(name) });

  test('what is made after a list was read and before its stream of changes begins appears, as does what comes later', async () => {
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let isHeld = true;
    await page.goto(`${scene.url}/#code=${scene.code}`);
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    await addQueue('Before');
    await page.route('**/api/events*', async (route) => {
      if (isHeld) await held;
      await route.continue();
    });
    const asked = page.waitForRequest('**/api/events*queue*');
    await page.goto(`${scene.url}/queues`);
    await row('Before').waitFor();
    await asked;
    await addQueue('Between');
    isHeld = false;
    letGo();
    await row('Between').waitFor();
    await addQueue('After');
    await row('After').waitFor();
    scene.assertQuiet();
  });
});
