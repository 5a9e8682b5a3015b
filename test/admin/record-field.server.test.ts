import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { serverSkip } from '../../testbed/servers/require-server.ts';
import { setUpExchangeUser } from './exchange-set-up.ts';
import { openPageScene, type PageScene } from './page-scene.ts';

const skip = serverSkip('chromium', 'chromium');

describe('a record chosen by its name in a browser', { skip }, () => {
  let scene: PageScene;

  before(async () => {
    scene = await openPageScene();
  });
  after(() => scene?.stop());

  test('what is pressed while the next search is under way is chosen, and what is typed then is searched', async () => {
    const { store, mailboxId } = await setUpExchangeUser(scene);
    for (const name of ['Northwind Traders', 'Southridge Video']) await store.create('account', { name });
    const page = await scene.open();
    await page.goto(`${scene.url}/#code=${scene.code}`);
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const isSearchOf = (words: string) => (url: URL) =>
      url.pathname.endsWith('/accounts') && (url.searchParams.get('$search') ?? '').includes(words);
    await page.route(isSearchOf('northw'), async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${scene.url}/mailboxes/${mailboxId}?tab=folders`);
    await page.getByRole('button', { name: 'Track a folder' }).click();
    const field = page.getByRole('combobox');
    await field.click();
    const northwind = page.getByRole('option', { name: 'Northwind Traders' });
    const southridge = page.getByRole('option', { name: 'Southridge Video' });
    await southridge.waitFor();
    const asked = page.waitForRequest((request) => isSearchOf('northw')(new URL(request.url())));
    await field.pressSequentially('northw');
    await northwind.hover();
    await page.mouse.down();
    await asked;
    await page.mouse.up();
    await northwind.waitFor({ state: 'hidden' });
    assert.equal(await field.inputValue(), 'Northwind Traders');

    letGo();
    await field.fill('southr');
    await northwind.waitFor({ state: 'hidden' });
    await southridge.click();
    assert.equal(await field.inputValue(), 'Southridge Video');
    scene.assertQuiet();
  });
});
