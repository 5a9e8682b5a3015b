import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { demoPassword, demoUsers } from '../../testbed/demo/demo-people.ts';
import { serverSkip } from '../../testbed/servers/require-server.ts';
import { noticed, openPageScene, type PageScene, seriousFindings } from './page-scene.ts';

const skip = serverSkip('chromium', 'chromium');
const address = demoUsers[0]?.address ?? '';

describe('the admin page in a browser', { skip }, () => {
  let scene: PageScene;
  let page: Page;

  before(async () => {
    scene = await openPageScene();
    page = await scene.open();
  });
  after(() => scene?.stop());

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const tab = (name: string | RegExp) => page.getByRole('tab', { name });
  const setSwitch = async (name: string, on: boolean): Promise<void> => {
    const found = page.getByRole('switch', { name });
    if ((await found.isChecked()) !== on) await found.click();
  };
  const save = () => noticed(page, 'Saved', () => button('Save').click());

  test('the one-time code of the first start signs in, once, and leaves the address', async () => {
    await page.goto(`${scene.url}/#code=${scene.code}`);
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    assert.equal(new URL(page.url()).hash, '');
    await page.getByRole('link', { name: /No server profile is set up yet/ }).waitFor();
    const stranger = await scene.browser.newContext();
    const second = await stranger.newPage();
    await second.goto(`${scene.url}/#code=${scene.code}`);
    await second.getByText(/one-time code is unknown, used already or too old/).waitFor();
    await stranger.close();
  });

  test('UI-04: first start: organisation, server and mailbox are set up by the form', async () => {
    await page.getByRole('link', { name: /No server profile is set up yet/ }).click();
    await page.getByRole('heading', { name: 'First steps', level: 1 }).waitFor();
    await page.getByLabel('Look for new mail every so many seconds').fill('1');
    await setSwitch('Allow mail servers without SSL', true);
    await setSwitch('Allow passwords without SSL', true);
    await save();
    await button('Next step').click();
    await page.getByLabel('Kind of server').selectOption({ label: 'POP3 and SMTP' });
    await page.getByLabel('Name', { exact: false }).first().fill('Harbour mail');
    const sides = { 'Incoming mail': scene.servers.pop3Port, 'Outgoing mail': scene.servers.smtpPort };
    for (const [side, port] of Object.entries(sides)) {
      const section = page.getByRole('region', { name: side });
      await section.getByLabel(/^Server/).fill('127.0.0.1');
      await section.getByLabel('Port').fill(String(port));
      await section.getByRole('switch', { name: 'Use SSL' }).click();
    }
    await button('Save the server profile').click();
    await page.getByRole('link', { name: 'Harbour mail' }).waitFor();
    await button('Next step').click();
    await page.getByLabel('First name').fill('Ada');
    await page.getByLabel('Last name').fill('Keller');
    await page.getByLabel('Email address').fill(address);
    await page.getByLabel('Password at the server').fill('not the password');
    await page.getByLabel('Mail that becomes a record').selectOption({ label: 'All messages' });
    await button('Add the mailbox').click();
    await page.getByRole('link', { name: /Ada Keller/ }).waitFor();
  });

  test('UI-06, UI-07: a wrong password is found by the connection test and by Test & Enable, in the words of the server', async () => {
    await button('Next step').click();
    await button('Test connection').click();
    await page
      .getByText(/failed/)
      .first()
      .waitFor();
    await button('Approve, test and enable all').click();
    await page.getByRole('dialog').getByText('Ada Keller').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Approve, test and enable all' }).click();
    await page.getByText('Failure').first().waitFor();
    await page.goto(`${scene.url}/`);
    await page.getByRole('link', { name: /1 mailbox failing/ }).click();
    await page.getByRole('link', { name: 'Ada Keller' }).click();
    await page.getByText('Mail does not flow. The failed step below says why').waitFor();
    await page
      .getByText(/The server said:/)
      .first()
      .waitFor();
  });

  test('EP-22, UI-07: the password is repaired in the form, never shown, and mail flows', async () => {
    await tab('Settings').click();
    const password = page.getByLabel('Password', { exact: true });
    assert.equal(await password.inputValue(), '');
    await page.getByText('is set; write to replace it').waitFor();
    await password.fill(demoPassword);
    await save();
    assert.equal(await password.inputValue(), '');
    await tab('State').click();
    await button('Test & enable').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Test & enable' }).click();
    await page.getByText('Working', { exact: true }).first().waitFor();
    await page.getByText('Success', { exact: true }).nth(1).waitFor();
    assert.equal(await page.getByText('Success', { exact: true }).count(), 2);
  });

  test('UI-13, AL-12: the first mail is tracked, its decision told, and what was wrong is over, without loading anew', async () => {
    await tab('Decisions').click();
    while (await scene.servers.deliverNext());
    await page.getByText('Ada Keller takes all messages.').first().waitFor();
    await tab('Alerts').click();
    await page.getByLabel('Level').selectOption({ label: 'Error' });
    await page.getByText('Nothing fits.').waitFor();
    await page.getByLabel('State').selectOption({ label: 'Over' });
    await page.getByText('Over since').first().waitFor();
    scene.assertQuiet();
  });

  test('UI-08: what is done to many mailboxes names them first', async () => {
    await page.goto(`${scene.url}/mailboxes`);
    await page.getByRole('checkbox', { name: 'Select Ada Keller' }).click();
    await button('Deactivate').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Ada Keller').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    assert.equal(await page.getByRole('table').getByText('Working', { exact: true }).count(), 1);
  });

  test('the list searches and filters on the server, and its address can be passed on', async () => {
    await page.getByRole('searchbox', { name: 'Search' }).fill('no such mailbox');
    await page.getByText('Nothing fits.').waitFor();
    await page.goto(`${scene.url}/mailboxes?search=keller&state=working`);
    await page.getByRole('link', { name: 'Ada Keller' }).waitFor();
    assert.equal(await page.getByRole('searchbox', { name: 'Search' }).inputValue(), 'keller');
  });

  test('UI-01, UI-02, UI-03, UI-05: the form of a profile has the fields of its kind of server, fixed ones locked', async () => {
    await page.goto(`${scene.url}/profiles/new`);
    const kind = page.getByLabel('Kind of server');
    const discovers = page.getByRole('switch', { name: 'Find the server by autodiscover' });
    for (const name of ['Exchange Server', 'Exchange Server (hybrid)']) {
      await kind.selectOption({ label: name });
      assert.equal(await discovers.isChecked(), true, name);
      assert.equal(await page.getByLabel(/^Server/).count(), 0);
    }
    await discovers.click();
    await page.getByLabel(/^Server/).waitFor();
    await page.getByLabel('Authenticate using').selectOption({ label: 'Credentials of this profile' });
    await page.getByRole('switch', { name: 'Use impersonation' }).waitFor();
    await page.getByRole('switch', { name: 'Same settings for outgoing mail' }).click();
    await page.getByRole('region', { name: 'Outgoing mail' }).waitFor();
    await kind.selectOption({ label: 'Exchange Online' });
    assert.equal(await page.getByLabel(/^Server/).isDisabled(), true);
    assert.equal(await discovers.isDisabled(), true);
    await page.getByLabel('Tenant id').waitFor();
    await kind.selectOption({ label: 'IMAP and SMTP' });
    await page
      .getByRole('region', { name: 'Incoming mail' })
      .getByLabel('Authenticate using')
      .selectOption({ label: 'Gmail OAuth' });
    await page.getByText(`${scene.url}/consent/return`).waitFor();
  });

  const paths = ['/', '/first-start?step=server', '/alerts?open=all', '/mailboxes', '/profiles', '/profiles/new'];

  for (const dark of [false, true])
    test(`axe finds nothing serious on any page, ${dark ? 'dark' : 'light'}`, async () => {
      const [mailbox] = (
        await scene.engine.database.records.retrieveMultiple({
          table: 'mailbox',
          columns: ['mailboxid'],
          filter: { column: 'emailaddress', operator: 'eq', value: address },
        })
      ).rows;
      const looked = await scene.open({ dark });
      for (const path of [
        ...paths,
        ...['state', 'settings', 'decisions', 'earlier'].map((one) => `/mailboxes/${mailbox?.mailboxid}?tab=${one}`),
      ]) {
        await looked.goto(`${scene.url}${path}`);
        await looked.getByRole('heading', { level: 1 }).waitFor();
        await looked.getByText('Loading ...').first().waitFor({ state: 'hidden' });
        assert.deepEqual(await seriousFindings(looked), [], path);
      }
      await looked.close();
    });

  test('every page fits a phone of 390 px, and its navigation opens and closes', async () => {
    const phone = await scene.open({ width: 390 });
    for (const path of paths) {
      await phone.goto(`${scene.url}${path}`);
      await phone.getByRole('heading', { level: 1 }).waitFor();
      const wide = await phone.evaluate<number>('document.documentElement.scrollWidth');
      assert.ok(wide <= 390, `${path} is ${wide} px wide`);
    }
    await phone.getByRole('button', { name: 'Open the navigation' }).click();
    await phone.getByRole('link', { name: 'Mailboxes' }).click();
    await phone.getByRole('heading', { name: 'Mailboxes', level: 1 }).waitFor();
    await phone.close();
    scene.assertQuiet();
  });
});
