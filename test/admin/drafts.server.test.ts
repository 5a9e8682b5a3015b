import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { systemClock } from '../../src/base/clock.ts';
import { createRuledStore, type RuledStore } from '../../src/rules/ruled-store.ts';
import { serverSkip } from '../../testbed/servers/require-server.ts';
import { openPageScene, type PageScene, seriousFindings, signIn, userPassword } from './page-scene.ts';

const skip = serverSkip('chromium', 'chromium');

describe('what is being written on the page', { skip }, () => {
  let scene: PageScene;
  let store: RuledStore;
  let administrator: { readonly id: string; readonly name: string };
  let teamid: string;
  let page: Page;

  before(async () => {
    scene = await openPageScene();
    const { database, organization } = scene.engine;
    const caller = { systemuserid: organization.administratorId, isAdministrator: true };
    store = createRuledStore({ database, clock: systemClock, caller, onMailboxesTouched: () => undefined });
    const name = 'paula@harbour.example';
    const systemuserid = await store.create('systemuser', {
      firstname: 'Paula',
      lastname: 'Night',
      domainname: name,
      internalemailaddress: name,
    });
    const roles = await store.retrieveMultiple({
      table: 'role',
      columns: ['roleid'],
      filter: { column: 'name', operator: 'eq', value: 'System Administrator' },
    });
    await store.create('systemuserroles', { systemuserid, roleid: roles.rows[0]?.roleid ?? '' });
    administrator = { id: systemuserid, name };
  });
  after(() => scene?.stop());
  beforeEach(async () => {
    teamid = await store.create('team', { name: 'Night shift' });
    page = await scene.openAs(administrator, `/teams/${teamid}?tab=about`);
    await page.getByLabel(/^Name/).fill('Day shift');
  });

  const nameOf = async () => (await store.retrieve('team', teamid, ['name']))?.name;

  /** Takes the session away and writes; the page may have noticed by itself already. */
  async function endSession(): Promise<void> {
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Save', includeHidden: true }).dispatchEvent('click');
  }

  /** Signs in on another tab of the same browser, whereby the cookie is another. */
  async function signInElsewhere(): Promise<void> {
    const other = await page.context().newPage();
    await other.goto(`${scene.url}/`);
    await other.getByRole('heading', { level: 1 }).waitFor();
    await signIn(other, administrator.name);
    await other.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    await other.close();
  }

  test('what somebody else changes of the record meanwhile is shown, and the draft stays', async () => {
    await store.update('team', teamid, { name: 'Late shift', description: 'For the nights' });
    await page.getByRole('heading', { name: 'Late shift', level: 1 }).waitFor();
    assert.equal(await page.locator('textarea').inputValue(), 'For the nights');
    assert.equal(await page.getByLabel(/^Name/).inputValue(), 'Day shift');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Day shift', level: 1 }).waitFor();
    const row = await store.retrieve('team', teamid, ['name', 'description']);
    assert.deepEqual([row?.name, row?.description], ['Day shift', 'For the nights']);
    await page.context().close();
  });

  test('what is written while a save is under way is neither saved with it nor lost', async () => {
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    await page.route('**/teams(*)', async (route) => {
      if (route.request().method() === 'PATCH') await held;
      await route.continue();
    });
    const asked = page.waitForRequest((request) => request.method() === 'PATCH');
    await page.getByRole('button', { name: 'Save' }).click();
    await asked;
    await page.locator('textarea').fill('For the days');
    await page.getByLabel(/^Name/).fill('Day and night shift');
    letGo();
    await page.getByRole('heading', { name: 'Day shift', level: 1 }).waitFor();
    await page.getByText('There are changes that are not saved.').waitFor();
    assert.equal(await page.getByLabel(/^Name/).inputValue(), 'Day and night shift');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Day and night shift', level: 1 }).waitFor();
    const row = await store.retrieve('team', teamid, ['name', 'description']);
    assert.deepEqual([row?.name, row?.description], ['Day and night shift', 'For the days']);
    await page.context().close();
  });

  test('the page asks to sign in again, keeps what was written, and saves it then', async () => {
    await endSession();
    const dialog = page.getByRole('alertdialog', { name: 'Your session has ended' });
    await dialog.waitFor();
    assert.deepEqual(await seriousFindings(page), []);
    await signIn(page, administrator.name);
    await dialog.waitFor({ state: 'hidden' });
    assert.equal(await page.getByLabel(/^Name/).inputValue(), 'Day shift');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Day shift', level: 1 }).waitFor();
    assert.equal(await nameOf(), 'Day shift');
    // The stream of changes is there again.
    await store.update('team', teamid, { name: 'Twilight shift' });
    await page.getByRole('heading', { name: 'Twilight shift', level: 1 }).waitFor();
    await page.context().close();
  });

  test('a service in trouble takes nothing from the page', async () => {
    await page.route('**/teams(*)*', (route) => route.fulfill({ status: 500, body: 'trouble' }));
    const refused = page.waitForResponse((response) => response.status() === 500);
    await store.update('team', teamid, { description: 'For the nights' });
    await refused;
    await page.unroute('**/teams(*)*');
    await store.update('team', teamid, { name: 'Late shift' });
    await page.getByRole('heading', { name: 'Late shift', level: 1 }).waitFor();
    assert.equal(await page.getByLabel(/^Name/).inputValue(), 'Day shift');
    await page.context().close();
  });

  test('who signs in on another tab goes on by coming back', async () => {
    await endSession();
    const dialog = page.getByRole('alertdialog', { name: 'Your session has ended' });
    await dialog.waitFor();
    await signInElsewhere();
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await dialog.waitFor({ state: 'hidden' });
    assert.equal(await page.getByLabel(/^Name/).inputValue(), 'Day shift');
    await page.context().close();
  });

  test('a save after a new sign-in on another tab is done', async () => {
    const before = await page.context().cookies();
    // At no moment is there no session: the page notices nothing.
    const data = { username: administrator.name, password: userPassword };
    const answer = await page.context().request.post(`${scene.url}/sign-in`, { data });
    assert.equal(answer.ok(), true, await answer.text());
    assert.notDeepEqual(await page.context().cookies(), before);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Day shift', level: 1 }).waitFor();
    assert.equal(await nameOf(), 'Day shift');
    assert.equal(await page.getByText('X-CSRF-Token').count(), 0);
    await page.context().close();
  });

  test('signing out leaves nothing of the page', async () => {
    await page.getByRole('button', { name: /Paula Night/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Mailroom', level: 1 }).waitFor();
    assert.equal(await page.getByLabel(/^Name/).count(), 0);
    await page.context().close();
    scene.assertQuiet();
  });
});
