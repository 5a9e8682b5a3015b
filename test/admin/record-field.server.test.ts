import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { serverSkip } from '../../testbed/servers/require-server.ts';
import { type ExchangeUser, setUpExchangeUser } from './exchange-set-up.ts';
import { openPageScene, type PageScene, pickRecord } from './page-scene.ts';

const skip = serverSkip('chromium', 'chromium');

describe('a record chosen by its name in a browser', { skip }, () => {
  let scene: PageScene;
  let user: ExchangeUser;
  let page: Page;

  before(async () => {
    scene = await openPageScene();
    user = await setUpExchangeUser(scene);
    for (const name of ['Northwind Traders', 'Southridge Video']) await user.store.create('account', { name });
    page = await scene.open();
    await page.goto(`${scene.url}/#code=${scene.code}`);
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  });
  after(() => scene?.stop());

  test('UI-12: the buttons of the folder dialog stay where they are when its field for a record arrives', async () => {
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    await page.route('**/assets/record-field-*.js', async (route) => {
      await held;
      await route.continue();
    });
    const asked = page.waitForRequest('**/assets/record-field-*.js');
    await page.goto(`${scene.url}/mailboxes/${user.mailboxId}?tab=folders`);
    await page.getByRole('button', { name: 'Track a folder' }).click();
    await asked;
    const field = page.getByRole('combobox', { name: 'Regarding' });
    assert.equal(await field.count(), 0, 'still on its way');
    await page.getByText('Reading the folders from the server ...').waitFor({ state: 'hidden' });
    const cancel = page.getByRole('dialog').getByRole('button', { name: 'Cancel' });
    await cancel.hover();
    const before = await cancel.boundingBox();
    await page.mouse.down();
    letGo();
    await field.waitFor();
    assert.deepEqual(await cancel.boundingBox(), before);
    await page.mouse.up();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.unroute('**/assets/record-field-*.js');
    scene.assertQuiet();
  });

  test('what is pressed while the next search is under way is chosen, and what is typed then is searched', async () => {
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
    await page.goto(`${scene.url}/mailboxes/${user.mailboxId}?tab=folders`);
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

  test('a table that cannot be searched is told with the reason, beside what the others have', async () => {
    await page.route('**/contacts?*', (route) =>
      route.fulfill({ status: 400, json: { error: { code: '0x80040203', message: 'The index is being built.' } } }),
    );
    await page.reload();
    await page.getByRole('button', { name: 'Track a folder' }).click();
    const field = page.getByRole('combobox');
    await field.fill('nobody');
    await page.getByRole('option', { name: /^Not everything could be searched: The index is being built\./ }).waitFor();
    assert.equal(await page.getByRole('option', { name: 'Nothing is called so.' }).count(), 0);
    await field.fill('southr');
    await page.getByRole('option', { name: 'Southridge Video' }).waitFor();
    await page.getByRole('option', { name: /^Not everything could be searched/ }).waitFor();
    await page.unroute('**/contacts?*');
  });

  test('FI-01: records of the tables before are not offered for a column that leads elsewhere', async () => {
    await page.goto(`${scene.url}/synchronisation`);
    await page
      .getByRole('region', { name: 'Filters for new users' })
      .getByRole('button', { name: 'Add a filter' })
      .click();
    const dialog = page.getByRole('dialog');
    const column = dialog.getByRole('combobox', { name: 'Column of condition 2' });
    const comparison = dialog.getByRole('combobox', { name: 'Comparison of condition 2' });
    const value = dialog.getByRole('combobox', { name: 'Value of condition 2' });
    await column.selectOption({ label: 'Parent Customer Id' });
    await comparison.selectOption('eq');
    await pickRecord(value, 'south', 'Southridge Video');
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    await page.route('**/systemusers?*', async (route) => {
      await held;
      await route.continue();
    });
    await column.selectOption('ownerid');
    await comparison.selectOption('eq');
    const asked = page.waitForRequest('**/systemusers?*');
    await value.click();
    await asked;
    assert.equal(await page.getByRole('option', { name: 'Southridge Video' }).count(), 0);
    letGo();
    await page.getByRole('option', { name: /Clara Weiss/ }).waitFor();
    scene.assertQuiet();
  });
});
