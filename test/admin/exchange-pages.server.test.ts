import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { CredentialRetrieval } from '../../src/tables/choices.ts';
import { demoExchangeUser } from '../../testbed/demo/demo-people.ts';
import { serverSkip } from '../../testbed/servers/require-server.ts';
import { betweenTurns, type ExchangeUser, setUpExchangeUser, until } from './exchange-set-up.ts';
import { noticed, openPageScene, type PageScene, pickRecord, seriousFindings } from './page-scene.ts';

const skip = serverSkip('chromium', 'chromium');
const { address } = demoExchangeUser;

describe('folders, appointments, contacts and tasks of an Exchange mailbox in a browser', { skip }, () => {
  let scene: PageScene;
  let user: ExchangeUser;
  let page: Page;
  let folderId: string;
  let accountId: string;
  let contactId: string;

  before(async () => {
    scene = await openPageScene();
    user = await setUpExchangeUser(scene, async (store, userId) => {
      const ownerid = { table: 'systemuser', id: userId } as const;
      accountId = await store.create('account', { name: 'Northwind Traders', ownerid });
      contactId = await store.create('contact', { firstname: 'Mei', lastname: 'Tanaka', ownerid });
    });
    const { exchange } = scene.servers;
    const projects = exchange.makeFolder(address, 'inbox', 'Projects');
    folderId = exchange.makeFolder(address, projects, 'Harbour wall');
    exchange.makeFolder(address, 'inbox', 'Newsletters');
    page = await scene.open();
    await page.goto(`${scene.url}/#code=${scene.code}`);
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  });
  after(() => scene?.stop());

  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
  const answer = async (name: string): Promise<void> => {
    await button(name).first().click();
    await page.getByRole('dialog').getByRole('button', { name }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  };
  const mail = (id: string, subject: string): Buffer =>
    Buffer.from(
      `From: Nora <nora@nowhere.example>\r\nTo: ${address}\r\nSubject: ${subject}\r\nMessage-ID: <${id}>\r\nDate: ${new Date().toUTCString()}\r\n\r\nHello\r\n`,
    );
  const regardingOf = async (messageid: string) => {
    const { rows } = await user.store.retrieveMultiple({
      table: 'email',
      columns: ['regardingobjectid'],
      filter: { column: 'messageid', operator: 'eq', value: messageid },
    });
    return rows.map((row) => row.regardingobjectid?.id);
  };

  test('UI-12, FT-04, FT-07, FT-08: a folder is chosen in the tree as it is on the server, and mail in it becomes an email about its record', async () => {
    await page.goto(`${scene.url}/mailboxes/${user.mailboxId}?tab=folders`);
    await button('Track a folder').click();
    await page.getByRole('treeitem', { name: /^Newsletters/ }).waitFor();
    const projects = page.getByRole('treeitem', { name: /^Projects/ });
    const wall = page.getByRole('treeitem', { name: /^Harbour wall/ });
    await projects.press('ArrowLeft');
    await wall.waitFor({ state: 'hidden' });
    assert.equal(await projects.getAttribute('aria-expanded'), 'false');
    await projects.press('ArrowRight');
    await wall.waitFor();
    await projects.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.equal(await wall.getAttribute('aria-selected'), 'true');
    await page.getByText('Folder: Inbox / Projects / Harbour wall').waitFor();
    await pickRecord(page.getByRole('combobox'), 'northw', 'Northwind Traders');
    assert.deepEqual(await seriousFindings(page), []);
    await noticed(page, 'Tracked', () => button('Track').click());
    scene.servers.exchange.seed(address, folderId, [{ mime: mail('wall@nowhere.example', 'The wall is wet') }]);
    await page.getByText('1 message.', { exact: false }).waitFor();
    assert.deepEqual(await regardingOf('wall@nowhere.example'), [accountId]);
  });

  test('FT-13, FT-14, FT-16: another record for the folder relinks its mail; removing the rule names the folder and keeps the email', async () => {
    await button('Change').click();
    await pickRecord(page.getByRole('combobox'), 'tanaka', 'Mei Tanaka');
    await button('Save').click();
    await page.getByRole('cell', { name: 'Mei Tanaka' }).waitFor();
    await until('the mail is about the contact', async () => {
      return (await regardingOf('wall@nowhere.example'))[0] === contactId;
    });
    await button('Remove').click();
    await page.getByRole('dialog').getByText('Inbox / Projects / Harbour wall').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No folder is tracked.').waitFor();
    assert.deepEqual(await regardingOf('wall@nowhere.example'), [contactId]);
  });

  test('FI-09: the first synchronisation asks from when on, is answered on the page, and its links appear', async () => {
    await page.getByRole('tab', { name: 'Appointments, contacts, tasks' }).click();
    await page.getByText(/From when on shall appointments and tasks be carried/).waitFor();
    await answer('Begin with everything');
    await page.getByRole('link', { name: 'Mei Tanaka' }).waitFor();
    await button('Count now').click();
    const contacts = page
      .getByRole('table', { name: 'What the next turn would do' })
      .getByRole('row', { name: /Contacts/ });
    assert.match((await contacts.textContent()) ?? '', /^Contacts1000000$/);
  });

  test('AC-09: a conflict is shown with the value that stands and the one that gave way, on its list and on the record, and is marked as seen', async () => {
    const { mailbox } = scene.servers.exchange.account(address);
    const [item] = [...mailbox.folderNamed('contacts').byArrival];
    assert.ok(item?.content);
    const title = { name: 'JobTitle', ns: 't', attributes: {}, children: [], text: 'Director' } as const;
    // A turn between the two changes would carry the first one over, and there would be no conflict. Its own write gives the item new
    // content: what the item has is asked for when no turn runs.
    await betweenTurns(scene, user.mailboxId, async () => {
      await user.store.update('contact', contactId, { jobtitle: 'Head of logistics' });
      mailbox.changeItem(item, () => item.content?.properties.set('JobTitle', title));
    });
    await noticed(page, 'The next turn has been brought forward', () => button('Check for mail now').click());
    await page.goto(`${scene.url}/activities?kind=conflicts`);
    const conflict = page.getByRole('row', { name: /^Select Mei Tanaka/ });
    await conflict.waitFor();
    const decided = page.getByRole('table', { name: 'Mei Tanaka' }).getByRole('row').nth(1);
    const kept = (await user.store.retrieve('contact', contactId, ['jobtitle']))?.jobtitle;
    const words = (await decided.textContent()) ?? '';
    assert.ok(words.startsWith(`Job title${kept} (`), words);
    assert.match(words, kept === 'Director' ? /\(Exchange\)Head of logistics$/ : /\(Mailroom\)Director$/);
    await page.getByRole('checkbox', { name: 'Select Mei Tanaka' }).check();
    await answer('Mark as seen');
    await conflict.getByText('Seen', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Mei Tanaka' }).click();
    await page.getByRole('heading', { name: 'Mei Tanaka', level: 1 }).waitFor();
    await page.getByRole('region', { name: 'Conflicts and their decisions' }).getByText('Seen').waitFor();
    await page.getByRole('region', { name: 'Links to Exchange' }).getByText('Linked').waitFor();
  });

  test('the calendar shows an appointment in month and week, and leads to its record', async () => {
    const now = new Date();
    const day = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
    await user.store.create('appointment', {
      subject: 'Site visit',
      location: 'Pier 4',
      scheduledstart: new Date(day + 9 * 3_600_000),
      scheduledend: new Date(day + 10 * 3_600_000),
      ownerid: { table: 'systemuser', id: user.userId },
    });
    await page.goto(`${scene.url}/activities`);
    await page
      .getByRole('cell')
      .getByRole('link', { name: /Site visit/ })
      .waitFor();
    for (const _month of [1, 2]) await button('Next month').click();
    await page.getByRole('link', { name: /Site visit/ }).waitFor({ state: 'hidden' });
    await button('Today').click();
    await button('Week').click();
    await page
      .getByRole('listitem')
      .getByRole('link', { name: /Site visit/ })
      .click();
    await page.getByRole('heading', { name: 'Site visit', level: 1 }).waitFor();
    await page.getByText('Pier 4').waitFor();
  });

  test('CN-05: a mailbox that is reached by consent shows how that stands and the address for its owner', async () => {
    const profile = await user.store.create('emailserverprofile', {
      name: 'Google',
      servertype: 4,
      incomingcredentialretrieval: CredentialRetrieval.gmailOAuth,
      outgoingcredentialretrieval: CredentialRetrieval.gmailOAuth,
      oauthclientid: 'client',
      oauthclientsecret: 'secret',
    });
    const mailboxid = await user.store.create('mailbox', {
      name: 'Returns',
      emailaddress: 'returns@harbour.example',
      emailserverprofile: { table: 'emailserverprofile', id: profile },
    });
    await page.goto(`${scene.url}/mailboxes/${mailboxid}`);
    const consent = page.getByRole('region', { name: 'Consent' });
    await consent.getByText('Not given yet').waitFor();
    const shown = await consent.getByLabel('Address to give to the owner').inputValue();
    assert.equal(new URL(shown).pathname, `/consent/${mailboxid}`);
    const link = consent.getByRole('link', { name: 'Sign in at the provider and consent' });
    assert.equal(await link.getAttribute('href'), `/consent/${mailboxid}`);
    assert.deepEqual(await seriousFindings(page), []);
  });

  test('UI-10, PO-08, FM-02, FI-03: a plain user enters credentials, sees folders, sets own directions and filters, with a count before', async () => {
    const tab = await scene.openAs({ id: user.userId, name: address }, '/me');
    await tab.getByText('Working', { exact: true }).waitFor();
    await tab.getByText('is set; write to replace it').waitFor();
    await tab.getByRole('tab', { name: 'Tracked folders' }).click();
    await tab.getByRole('button', { name: 'Track a folder' }).click();
    await tab.getByRole('treeitem', { name: /^Newsletters/ }).waitFor();
    await tab.getByRole('button', { name: 'Cancel' }).click();
    await tab.getByRole('tab', { name: 'Appointments, contacts, tasks' }).click();
    await tab.getByLabel('Records').selectOption({ label: 'Contacts' });
    await tab.getByLabel('Direction of Job title').selectOption({ label: 'To Mailroom' });
    await tab.getByText('your own', { exact: true }).waitFor();
    const own = await user.store.retrieveMultiple({ table: 'principalsyncattributemap' });
    assert.deepEqual(
      own.rows.map(({ mappingname, principalid, syncdirection }) => [mappingname, principalid, syncdirection]),
      [['jobtitle', user.userId, 2]],
    );
    assert.equal(await tab.getByLabel('Direction of Full name').count(), 0, 'FM-01: fixed');
    const filter = tab.getByRole('row', { name: /My contacts/ });
    await filter.getByRole('button', { name: 'Deactivate' }).click();
    await tab.getByRole('dialog').getByText('1 record would no longer be kept in step:').waitFor();
    await tab.getByRole('dialog').getByText('Nothing is deleted; only the links are cut.').waitFor();
    await tab.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await tab.getByRole('button', { name: 'Add a filter' }).click();
    const dialog = tab.getByRole('dialog');
    await dialog.getByLabel('Name').fill('All contacts');
    await dialog.getByLabel('Begin with').selectOption({ label: 'All active records' });
    await dialog.getByRole('button', { name: 'Count what changes' }).click();
    await dialog.getByText('Nothing would change.').waitFor();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await tab.getByRole('cell', { name: 'All contacts' }).waitFor();
    await tab.context().close();
  });

  test('no page has a serious fault for those who cannot see or use a mouse, in light and dark, wide and on a phone', async () => {
    const record = `/activities/contact/${contactId}`;
    const paths = [
      '/activities',
      '/activities?view=week',
      '/activities?kind=links',
      '/activities?kind=conflicts',
      record,
      '/synchronisation',
      '/synchronisation?tab=fields&fields=contact',
      '/me?tab=sync',
      '/me?tab=folders',
      `/mailboxes/${user.mailboxId}?tab=sync`,
      `/mailboxes/${user.mailboxId}?tab=folders`,
    ];
    for (const { options, shown } of [
      { options: {}, shown: ['/activities', '/activities?view=week', record, '/synchronisation?tab=fields'] },
      { options: { dark: true, width: 390 }, shown: paths },
    ]) {
      const tab = await scene.open(options);
      for (const path of shown) {
        await tab.goto(`${scene.url}${path}`);
        await tab.getByRole('heading', { level: 1 }).waitFor();
        await tab.getByText('Loading ...').first().waitFor({ state: 'hidden' });
        assert.deepEqual(await seriousFindings(tab), [], `${path} ${JSON.stringify(options)}`);
        const overflow = await tab.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        assert.ok(overflow <= 0, `${path} is ${overflow} pixels too wide`);
      }
      await tab.close();
    }
    scene.assertQuiet();
  });
});
