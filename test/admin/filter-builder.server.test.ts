import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { systemClock } from '../../src/base/clock.ts';
import { createRuledStore, type RuledStore } from '../../src/rules/ruled-store.ts';
import { serverSkip } from '../../testbed/servers/require-server.ts';
import { noticed, openPageScene, type PageScene, pickRecord, seriousFindings } from './page-scene.ts';

const skip = serverSkip('chromium', 'chromium');

describe('conditions in a browser', { skip }, () => {
  let scene: PageScene;
  let page: Page;
  let store: RuledStore;
  let accountId: string;

  before(async () => {
    scene = await openPageScene();
    const { database, organization } = scene.engine;
    const caller = { systemuserid: organization.administratorId, isAdministrator: true };
    store = createRuledStore({ database, clock: systemClock, caller, onMailboxesTouched: () => undefined });
    accountId = await store.create('account', { name: 'Northwind' });
    for (const [lastname, accountroleid] of [
      ['Tanaka', accountId],
      ['Berg', accountId],
      ['Tanner', null],
    ] as const)
      await store.create('contact', {
        lastname,
        ...(accountroleid === null ? {} : { parentcustomerid: { table: 'account', id: accountroleid } }),
      });
    page = await scene.open();
    await page.goto(`${scene.url}/#code=${scene.code}`);
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  });
  after(() => scene?.stop());

  const choose = (name: string, label: string) => page.getByRole('combobox', { name }).selectOption({ label });

  test('FI-01: a filter is built of rows and groups, counted, saved, and shown again as rows', async () => {
    await page.goto(`${scene.url}/synchronisation`);
    await page
      .getByRole('region', { name: 'Filters for new users' })
      .getByRole('button', { name: 'Add a filter' })
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Customers');
    // What it begins with is shown as rows: active, and the user's own.
    assert.equal(await dialog.getByRole('combobox', { name: 'Comparison of condition 2' }).inputValue(), 'eq-userid');
    await dialog.getByRole('button', { name: 'Remove condition 2' }).click();
    await dialog.getByRole('button', { name: 'Add a condition' }).click();
    await choose('Column of condition 2', 'Parent Customer Id');
    await dialog.getByText('A condition is not complete yet.').waitFor();
    assert.equal(await dialog.getByRole('button', { name: 'Save', exact: true }).isDisabled(), true);
    await pickRecord(dialog.getByRole('combobox', { name: 'Value of condition 2' }), 'North', 'Northwind');
    await dialog.getByRole('button', { name: 'Add a group' }).click();
    await choose('Column of condition 3.1', 'Last Name');
    await choose('Comparison of condition 3.1', 'contains');
    await dialog.getByRole('textbox', { name: 'Value of condition 3.1' }).fill('tan');
    await dialog.getByRole('button', { name: 'Count what fits now' }).click();
    await dialog.getByText('1 record fits now.').waitFor();
    await dialog.getByRole('listitem').getByText('Tanaka').waitFor();
    assert.deepEqual(await seriousFindings(page), []);
    await noticed(page, 'Customers is saved', () => dialog.getByRole('button', { name: 'Save', exact: true }).click());

    const { rows } = await store.retrieveMultiple({
      table: 'savedquery',
      columns: ['fetchxml'],
      filter: { column: 'name', operator: 'eq', value: 'Customers' },
    });
    assert.match(
      rows[0]?.fetchxml ?? '',
      new RegExp(`attribute="parentcustomerid" operator="eq" value="${accountId}"`),
    );
    assert.match(
      rows[0]?.fetchxml ?? '',
      /<filter type="or">\s*<condition attribute="lastname" operator="like" value="%tan%"/,
    );

    await page
      .getByRole('row', { name: /Customers/ })
      .getByRole('button', { name: 'Edit' })
      .click();
    assert.equal(await dialog.getByRole('textbox', { name: 'Value of condition 3.1' }).inputValue(), 'tan');
    await dialog.getByRole('tab', { name: 'As text' }).click();
    const text = dialog.getByRole('textbox', { name: 'As text' });
    const linked =
      '<fetch><entity name="contact"><link-entity name="account" from="accountid" to="parentcustomerid"/></entity></fetch>';
    await text.fill(linked);
    await dialog.getByText('This says more than the rows can show').waitFor();
    assert.equal(await text.inputValue(), linked);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    scene.assertQuiet();
  });

  test('QU-08: the condition of a creation rule is built of rows and counted over what came', async () => {
    const queueId = await store.create('queue', { name: 'Sales' });
    const ruleId = await store.create('mr_creationrule', {
      mr_name: 'Leads',
      mr_sourcetable: 'email',
      mr_queueid: { table: 'queue', id: queueId },
    });
    await store.create('email', { subject: 'An offer, please', prioritycode: 2 });
    await store.create('email', { subject: 'An offer, some day', prioritycode: 0 });
    await page.goto(`${scene.url}/creation-rules/${ruleId}`);
    await page.getByRole('button', { name: 'Add an item' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Urgent offers');
    await page.getByText('No condition: everything fits.').waitFor();
    await page.getByRole('button', { name: 'Add a condition' }).click();
    await choose('Column of condition 1', 'Subject');
    await choose('Comparison of condition 1', 'contains');
    await page.getByRole('textbox', { name: 'Value of condition 1' }).fill('offer, please');
    await page.getByRole('button', { name: 'Add a condition' }).click();
    await choose('Column of condition 2', 'Priority Code');
    await choose('Comparison of condition 2', 'is one of');
    await page.getByRole('group', { name: 'Value of condition 2' }).getByRole('checkbox', { name: 'High' }).check();
    await page.getByRole('button', { name: 'Count what fits now' }).click();
    await page.getByText('1 record fits now.').waitFor();
    await page.getByRole('button', { name: 'Save the item' }).click();
    await page.getByRole('cell', { name: /contains\(subject/ }).waitFor();
    const { rows } = await store.retrieveMultiple({ table: 'mr_creationruleitem', columns: ['mr_filter'] });
    assert.equal(
      rows[0]?.mr_filter,
      "contains(subject,'offer, please') and Microsoft.Dynamics.CRM.In(PropertyName='prioritycode',PropertyValues=['2'])",
    );
    scene.assertQuiet();
  });

  test('the builder has no serious fault on a phone, in the dark, and is not too wide', async () => {
    const tab = await scene.open({ dark: true, width: 390 });
    await tab.goto(`${scene.url}/synchronisation`);
    await tab
      .getByRole('region', { name: 'Filters for new users' })
      .getByRole('button', { name: 'Add a filter' })
      .click();
    await tab.getByRole('combobox', { name: 'Comparison of condition 2' }).waitFor();
    assert.deepEqual(await seriousFindings(tab), []);
    const overflow = await tab.evaluate<number>(
      "(() => { const box = document.querySelector('[role=dialog]'); return box.scrollWidth - box.clientWidth; })()",
    );
    assert.ok(overflow <= 0, `the dialog is ${overflow} pixels too wide`);
    await tab.context().close();
  });
});
