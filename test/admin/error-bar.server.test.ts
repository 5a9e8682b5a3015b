import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { serverSkip } from '../../testbed/servers/require-server.ts';
import { openPageScene, type PageScene } from './page-scene.ts';

const skip = serverSkip('chromium', 'chromium');

describe('errors in a browser', { skip }, () => {
  let scene: PageScene;

  before(async () => {
    scene = await openPageScene();
  });
  after(() => scene?.stop());

  test('an error that names something long is read to its end, on a narrow screen, too', async () => {
    const page = await scene.open({ width: 390 });
    await page.route('**/emailserverprofiles?*', (route) =>
      route.fulfill({
        status: 400,
        json: { error: { code: '0x8005e250', message: `Profile "${'x'.repeat(200)}" is not complete.` } },
      }),
    );
    await page.goto(`${scene.url}/#code=${scene.code}`);
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    await page.goto(`${scene.url}/profiles`);
    const bar = page.getByRole('alert').filter({ hasText: 'This did not work' });
    await bar.waitFor();
    const beyond = await bar.evaluate<number, { scrollWidth: number; clientWidth: number }>(
      ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth,
    );
    assert.equal(beyond, 0);
    scene.assertQuiet();
  });
});
