import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { systemClock } from '../../src/base/clock.ts';
import { createRuledStore, type RuledStore } from '../../src/rules/ruled-store.ts';
import { WebhookDelivery } from '../../src/tables/choices.ts';
import { serverSkip } from '../../testbed/servers/require-server.ts';
import { noticed, openPageScene, type PageScene, pickRecord, seriousFindings } from './page-scene.ts';

const skip = serverSkip('chromium', 'chromium');

describe('users, roles, teams, webhooks, sign-in and audit in a browser', { skip }, () => {
  let scene: PageScene;
  let page: Page;
  let store: RuledStore;
  let paths: Readonly<Record<'user' | 'role' | 'team' | 'webhook' | 'rule', string>>;

  before(async () => {
    scene = await openPageScene();
    const { database, organization } = scene.engine;
    const caller = { systemuserid: organization.administratorId, isAdministrator: true };
    store = createRuledStore({ database, clock: systemClock, caller, onMailboxesTouched: () => undefined });
    page = await scene.open();
    await page.goto(`${scene.url}/#code=${scene.code}`);
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  });
  after(() => scene?.stop());

  const heading = (name: string) => page.getByRole('heading', { name, level: 1 }).waitFor();
  const go = async (path: string, title: string): Promise<void> => {
    await page.goto(`${scene.url}${path}`);
    await heading(title);
  };
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const confirm = (name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
  const save = () => noticed(page, 'Saved', () => button('Save').click());
  const pathNow = (): string => new URL(page.url()).pathname;

  test('SE-02: a user is created with a mailbox, gets a role, and a token that is shown once and revoked', async () => {
    await go('/users', 'Users');
    await button('New user').click();
    for (const [label, value] of [
      ['First name', 'Ann'],
      ['Last name', 'Anchor'],
      ['User name', 'ann@harbour.example'],
      ['Email address', 'ann@harbour.example'],
    ] as const)
      await page.getByLabel(label).fill(value);
    await button('Create the user').click();
    await heading('Ann Anchor');
    const user = pathNow();
    await page.getByRole('link', { name: 'Open the mailbox' }).waitFor();
    await page.getByRole('tab', { name: 'Roles and teams' }).click();
    assert.equal(await page.getByRole('checkbox', { name: 'Basic User' }).isChecked(), true);
    await page.getByRole('checkbox', { name: 'Auditor' }).check();
    await save();
    await page.getByRole('tab', { name: 'Sign-in' }).click();
    await page.getByLabel('What it is for').fill('nightly export');
    await button('Make a token').click();
    const token = await page.getByLabel('Token', { exact: true }).inputValue();
    const whoAmI = () => fetch(`${scene.url}/api/data/v9.2/WhoAmI`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal((await whoAmI()).status, 200);
    await button('I have kept it').click();
    await button('Revoke').click();
    await confirm('Revoke');
    await page.getByText('No token is valid.').waitFor();
    assert.equal((await whoAmI()).status, 401);
    paths = { ...paths, user };
  });

  test('SE-01: a role is made, its privileges chosen in the matrix by table and depth; System Administrator is fixed', async () => {
    await go('/roles', 'Roles');
    await button('New role').click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Reader of contacts');
    await button('Create the role').click();
    await heading('Reader of contacts');
    const cell = (depth: string) => button(`Read Contacts: ${depth}`);
    await cell('None').click();
    await cell('Own').click();
    await cell('Business unit').waitFor();
    await button('Save').click();
    await button('Save').waitFor({ state: 'hidden' });
    const roleid = pathNow().split('/').at(-1) ?? '';
    const { rows } = await store.retrieveMultiple({
      table: 'roleprivileges',
      columns: ['privilegedepthmask'],
      filter: { column: 'roleid', operator: 'eq', value: roleid },
    });
    assert.deepEqual(
      rows.map((row) => row.privilegedepthmask),
      [2],
    );
    paths = { ...paths, role: pathNow() };
    await go('/roles', 'Roles');
    await page.getByRole('link', { name: 'System Administrator' }).click();
    assert.equal(await button('Read Contacts: Organisation').isDisabled(), true);
  });

  test('a team is made and a member found by name, added and removed', async () => {
    await go('/teams/new', 'New team');
    await page.getByRole('textbox', { name: 'Name' }).fill('Night shift');
    await button('Create the team').click();
    await heading('Night shift');
    await page.getByLabel('User to add').fill('anch');
    await button('Add a member').click();
    await page.getByRole('link', { name: 'Ann Anchor' }).waitFor();
    await page.getByRole('checkbox', { name: 'Select Ann Anchor' }).check();
    await button('Remove').click();
    await confirm('Remove');
    await page.getByText('The team has no members.').waitFor();
    paths = { ...paths, team: pathNow() };
  });

  test('a webhook is made with a secret shown once, subscribed and tested; what was given up is sent again', async () => {
    await go('/webhooks/new', 'New webhook');
    await page.getByLabel('Name').fill('Warehouse');
    await page.getByLabel('Address').fill('http://127.0.0.1:9/hook');
    await button('Create the webhook').click();
    assert.match(await page.getByLabel('Secret').inputValue(), /^whsec_.{44}$/);
    await button('I have kept it').click();
    await heading('Warehouse');
    await button('Add a subscription').click();
    await page.getByRole('tab', { name: 'As text' }).click();
    await page.getByRole('textbox', { name: 'As text' }).fill('directioncode eq false');
    await button('Save the subscription').click();
    await page.getByRole('cell', { name: 'directioncode eq false' }).waitFor();
    await button('Send a test event').click();
    await page.getByRole('tab', { name: 'Deliveries' }).click();
    await page.getByRole('checkbox', { name: /^Select Test/ }).waitFor();
    const webhookid = pathNow().split('/').at(-1) ?? '';
    const dead = await scene.engine.database.records.create('mr_delivery', {
      mr_webhookid: { table: 'mr_webhook', id: webhookid },
      mr_table: 'email',
      mr_event: 100000000,
      mr_status: WebhookDelivery.givenUp,
      mr_attempts: 10,
      mr_lasterror: 'The receiver could not be reached.',
    });
    paths = { ...paths, webhook: pathNow() };
    await go('/webhooks', 'Webhooks');
    await page.getByRole('checkbox', { name: 'Select email Create' }).check();
    await button('Send again').click();
    await noticed(page, '1 event on the way again', () => confirm('Send again'));
    const row = await scene.engine.database.records.retrieve('mr_delivery', dead, ['mr_status']);
    assert.notEqual(row?.mr_status, WebhookDelivery.givenUp);
  });

  test('QU-08: a creation rule of a queue is written with an item that maps columns', async () => {
    const queueid = await store.create('queue', { name: 'Support', emailaddress: 'support@harbour.example' });
    await go(`/queues/${queueid}`, 'Support');
    await button('New rule').click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Requests');
    await page.getByLabel('From unknown senders').selectOption({ label: 'Make a contact first' });
    await button('Create the rule').click();
    await heading('Requests');
    await button('Add an item').click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Offers');
    await page.getByLabel(/^Make/).selectOption({ label: 'a task' });
    await page.getByRole('tab', { name: 'As text' }).click();
    await page.getByRole('textbox', { name: 'As text' }).fill("contains(subject,'offer')");
    await page.getByRole('tab', { name: 'As rows' }).click();
    assert.equal(await page.getByRole('textbox', { name: 'Value of condition 1' }).inputValue(), 'offer');
    await button('Add a column').click();
    await page.getByLabel('Column 3').fill('category');
    await page.getByLabel('Value 3').fill('offer of {sendername}');
    await button('Save the item').click();
    await page.getByRole('cell', { name: "contains(subject,'offer')" }).waitFor();
    const { rows } = await store.retrieveMultiple({
      table: 'mr_creationruleitem',
      columns: ['mr_targettable', 'mr_mapping'],
    });
    assert.equal(rows[0]?.mr_targettable, 'task');
    assert.deepEqual(JSON.parse(rows[0]?.mr_mapping ?? ''), {
      subject: '{subject}',
      description: '{description:text}',
      category: 'offer of {sendername}',
    });
    paths = { ...paths, rule: pathNow() };
  });

  test('the audit tells who changed what, from what to what, by table', async () => {
    await store.update('organization', scene.engine.organization.organizationid, { mr_sendattempts: 7 });
    await go('/audit', 'Audit');
    await page.getByLabel('Table', { exact: true }).selectOption({ label: 'Settings' });
    const row = page.getByRole('row').filter({ hasText: /Send ?Attempts from 10 to 7/i });
    await row.getByText('Mailroom Administrator').first().waitFor();
  });

  test('the audit is searched by user, record and time, and writes choices as words', async () => {
    const { database, organization } = scene.engine;
    const queueid = await store.create('queue', { name: 'Freight', emailaddress: 'freight@harbour.example' });
    const { rows } = await database.records.retrieveMultiple({
      table: 'mailbox',
      columns: ['mailboxid'],
      filter: { column: 'regardingobjectid', operator: 'eq', value: queueid },
    });
    await store.update('mailbox', rows[0]?.mailboxid ?? '', { incomingemaildeliverymethod: 0 });
    await go('/audit', 'Audit');
    const pick = (name: string, words: string, option: RegExp, place?: number): Promise<void> =>
      pickRecord(page.getByRole('combobox', { name }), words, option, place);
    // The queue of that name comes before its mailbox, which may be found later.
    await pick('Record', 'Freight', /freight@harbour.example/, 1);
    await page
      .getByRole('row')
      .filter({ hasText: /Delivery ?Method from Server-Side Synchronization.* to None/i })
      .first()
      .waitFor();
    await pick('By whom', 'Mailroom', /Administrator/);
    await page.getByRole('row').filter({ hasText: 'Freight' }).first().waitFor();
    await page.getByLabel('Until').fill('2020-01-01T00:00');
    await page.getByText('Nothing fits').or(page.getByText('Nothing was changed.')).first().waitFor();
    await button('Show all').click();
    await page.getByRole('row').filter({ hasText: 'Freight' }).first().waitFor();
    assert.ok(organization.administratorId);
  });

  test('axe finds nothing serious, wide in light and on a phone in dark, and every page fits', async () => {
    const shown = [
      paths.user,
      ...['roles', 'signIn', 'history'].map((tab) => `${paths.user}?tab=${tab}`),
      paths.role,
      `${paths.role}?tab=holders`,
      paths.team,
      paths.webhook,
      `${paths.webhook}?tab=subscriptions`,
      paths.rule,
      '/users',
      '/roles',
      '/teams',
      '/webhooks',
      '/sign-in-ways',
      '/audit',
    ];
    for (const { options, some } of [
      { options: {}, some: [paths.role, `${paths.user}?tab=signIn`, '/audit', '/sign-in-ways'] },
      { options: { dark: true, width: 390 }, some: shown },
    ]) {
      const tab = await scene.open(options);
      for (const path of some) {
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
