import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { systemClock } from '../../src/base/clock.ts';
import { createRuledStore, type RuledStore } from '../../src/rules/ruled-store.ts';
import { EmailState, EmailStatus, PartyMask, QuarantineStatus } from '../../src/tables/choices.ts';
import { serverSkip } from '../../testbed/servers/require-server.ts';
import { hostileHtml } from './hostile-html.ts';
import { noticed, openPageScene, type PageScene, seriousFindings } from './page-scene.ts';

const skip = serverSkip('chromium', 'chromium');

describe('mail, queues, settings and the own page in a browser', { skip }, () => {
  let scene: PageScene;
  let page: Page;
  let store: RuledStore;
  let queueId: string;
  let emailId: string;
  let heldId: string;
  let contactId: string;

  before(async () => {
    scene = await openPageScene();
    const { database, organization } = scene.engine;
    const caller = { systemuserid: organization.administratorId, isAdministrator: true };
    store = createRuledStore({ database, clock: systemClock, caller, onMailboxesTouched: () => undefined });
    contactId = await store.create('contact', { lastname: 'Tanaka', emailaddress1: 'mei@northwind.example' });
    queueId = await store.create('queue', { name: 'Support', emailaddress: 'support@harbour.example' });
    const administrator = { table: 'systemuser', id: organization.administratorId } as const;
    const queue = { table: 'queue', id: queueId } as const;
    const [raw] = await database.blobs.put([Buffer.from('Subject: Broken\r\n\r\nBytes as they came')]);
    emailId = await database.records.create('email', {
      subject: 'Pallet 4711',
      description: `<p>The wrapping is <b>torn</b>.</p>${hostileHtml('http://127.0.0.1:9').join('')}`,
      sender: 'mei@northwind.example',
      torecipients: 'support@harbour.example',
      ownerid: administrator,
      acceptingentityid: queue,
      directioncode: false,
      statecode: EmailState.completed,
      statuscode: EmailStatus.received,
      messageid: '<pallet@northwind.example>',
    });
    await database.records.create('activityparty', {
      activityid: { table: 'email', id: emailId },
      participationtypemask: PartyMask.from,
      addressused: 'mei@northwind.example',
    });
    await store.create('queueitem', { queueid: queue, objectid: { table: 'email', id: emailId } });
    const { rows } = await database.records.retrieveMultiple({
      table: 'mailbox',
      columns: ['mailboxid'],
      filter: { column: 'regardingobjectid', operator: 'eq', value: queueId },
    });
    heldId = await database.records.create('mr_quarantine', {
      mr_mailboxid: { table: 'mailbox', id: rows[0]?.mailboxid ?? '' },
      mr_serverid: 'uid-1',
      mr_subject: 'Broken message',
      mr_sender: 'mei@northwind.example',
      mr_cause: 'The message ends inside its headers.',
      mr_rawblob: raw ?? null,
      mr_sizebytes: 38,
      mr_status: QuarantineStatus.held,
    });
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

  test('an email is found by search and shows its text, people and story; nothing of its attacks runs or loads', async () => {
    await go('/emails', 'Emails');
    await page.getByRole('searchbox').fill('pallet');
    await page.getByRole('link', { name: 'Pallet 4711' }).click();
    await heading('Pallet 4711');
    const frame = page.frameLocator('iframe');
    await frame.getByText('torn').waitFor();
    assert.equal(await frame.locator('script, form, svg, iframe, [onerror]').count(), 0);
    await page.getByRole('cell', { name: 'mei@northwind.example' }).waitFor();
    scene.assertQuiet();
  });

  test('OU-01: a reply is written, linked to its email and waits to be sent', async () => {
    await page.getByRole('button', { name: 'Reply' }).click();
    await heading('Reply');
    assert.equal(await page.getByRole('textbox', { name: /^To/ }).inputValue(), 'mei@northwind.example');
    await page.getByRole('textbox', { name: /^To/ }).fill('not an address');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('“not an address” is no email address.').waitFor();
    await page.getByRole('textbox', { name: /^To/ }).fill('mei@northwind.example');
    await page.getByRole('textbox', { name: 'Text' }).fill('A new one comes.\n\nSupport <harbour>');
    await page.getByRole('button', { name: 'Keep as draft' }).click();
    await heading('Re: Pallet 4711');
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const { rows } = await store.retrieveMultiple({
      table: 'activityparty',
      columns: ['partyid'],
      filter: {
        and: [
          { column: 'activityid', operator: 'eq', value: id },
          { column: 'addressused', operator: 'eq', value: 'mei@northwind.example' },
        ],
      },
    });
    assert.deepEqual(rows[0]?.partyid, { table: 'contact', id: contactId }, 'the address is linked to its record');
    const made = await store.retrieve('email', id, ['description', 'parentactivityid', 'statuscode', 'subject']);
    assert.equal(made?.parentactivityid?.id, emailId);
    assert.equal(made?.statuscode, EmailStatus.draft);
    assert.match(made?.description ?? '', /<p>A new one comes\.<\/p><p>Support &lt;harbour&gt;<\/p>/);
    const doAndConfirm = async (label: string): Promise<void> => {
      await page.getByRole('button', { name: label, exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: label, exact: true }).click();
    };
    await doAndConfirm('Send');
    await page.getByText('Why it has not left').waitFor();
    await doAndConfirm('Do not send');
    await page.getByText('1 email cancelled').first().waitFor();
    assert.equal((await store.retrieve('email', id, ['statuscode']))?.statuscode, EmailStatus.canceled);
  });

  test('OU-16: a draft opens in the composer with all it has, is changed, and goes out later or is deleted', async () => {
    const { database } = scene.engine;
    const draftId = await store.create('email', {
      subject: 'Offer',
      description: '<p>See <b>this</b></p>',
      from: [{ partyid: { table: 'queue', id: queueId } }],
      to: [{ partyid: { table: 'contact', id: contactId }, addressused: 'mei@northwind.example' }],
      cc: [{ addressused: 'copy@northwind.example' }],
      bcc: [{ partyid: { table: 'contact', id: contactId } }],
    });
    await store.create('activitymimeattachment', {
      objectid: { table: 'email', id: draftId },
      objecttypecode: 'email',
      filename: 'old.txt',
      body: Buffer.from('old').toString('base64'),
    });
    await go('/emails?state=draft', 'Emails');
    await page.getByRole('link', { name: 'Offer' }).click();
    await heading('Offer');
    const box = (name: string | RegExp) => page.getByRole('textbox', { name, exact: true });
    await page.getByRole('listitem').filter({ hasText: 'old.txt' }).waitFor();
    assert.equal(await box(/^To/).inputValue(), 'mei@northwind.example');
    assert.equal(await box('Cc').inputValue(), 'copy@northwind.example');
    assert.equal(await box('Text, as HTML').inputValue(), '<p>See <b>this</b></p>');
    await page.getByRole('list', { name: 'Receivers without an address of their own' }).getByText('Tanaka').waitFor();
    assert.deepEqual(await seriousFindings(page), []);

    await box('Cc').fill('');
    await box('Subject').fill('Offer, changed');
    await page.getByRole('button', { name: 'Make it plain text' }).click();
    await box('Text').fill('See that');
    await page.getByRole('button', { name: 'Take old.txt out' }).click();
    const large = Buffer.alloc(5 * 1024 * 1024, 'ab');
    await page
      .locator('input[type=file]')
      .setInputFiles([{ name: 'new.bin', mimeType: 'application/octet-stream', buffer: large }]);
    await page.getByLabel('Not before').fill('2031-05-04T10:30');
    await noticed(page, 'The draft is kept', () => page.getByRole('button', { name: 'Keep as draft' }).click());
    await heading('Offer, changed');

    const parties = async (): Promise<readonly (readonly [number, string | null, string | undefined])[]> => {
      const { rows } = await store.retrieveMultiple({
        table: 'activityparty',
        columns: ['participationtypemask', 'addressused', 'partyid'],
        filter: { column: 'activityid', operator: 'eq', value: draftId },
        orderBy: [{ column: 'participationtypemask' }],
      });
      return rows.map((row) => [row.participationtypemask ?? 0, row.addressused ?? null, row.partyid?.id]);
    };
    const kept = [
      [PartyMask.from, null, queueId],
      [PartyMask.to, 'mei@northwind.example', contactId],
      [PartyMask.bcc, null, contactId],
    ];
    assert.deepEqual(await parties(), kept);
    const saved = await store.retrieve('email', draftId, ['subject', 'description', 'delayedemailsendtime']);
    assert.equal(saved?.description, '<p>See that</p>');
    assert.equal(saved?.delayedemailsendtime?.getTime(), new Date('2031-05-04T10:30').getTime());
    const files = await database.records.retrieveMultiple({
      table: 'activitymimeattachment',
      columns: ['filename', 'filesize', 'mr_blob'],
      filter: { column: 'objectid', operator: 'eq', value: draftId },
    });
    assert.deepEqual(
      files.rows.map((row) => [row.filename, row.filesize]),
      [['new.bin', large.length]],
    );
    const bytes = await database.blobs.get(files.rows[0]?.mr_blob ?? '');
    assert.equal(bytes?.compare(large), 0);

    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('button', { name: 'Send at that time' }).waitFor();
    await store.update('email', draftId, { subject: 'Offer, by somebody else' });
    await box('Subject').fill('Offer, mine');
    await page.getByRole('button', { name: 'Keep as draft' }).click();
    await page.getByRole('alert').waitFor();
    assert.equal((await store.retrieve('email', draftId, ['subject']))?.subject, 'Offer, by somebody else');
    await page.reload();
    await noticed(page, 'The email waits to be sent', () =>
      page.getByRole('button', { name: 'Send at that time' }).click(),
    );
    const sent = await store.retrieve('email', draftId, ['statuscode']);
    assert.equal(sent?.statuscode, EmailStatus.pendingSend);

    await store.update('email', draftId, { statecode: EmailState.open, statuscode: EmailStatus.draft });
    await page.goto(`${scene.url}/emails/new?draft=${draftId}`);
    await page.getByRole('button', { name: 'Delete the draft' }).click();
    await noticed(page, '1 email deleted', () =>
      page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click(),
    );
    assert.equal(await store.retrieve('email', draftId, ['activityid']), undefined);
  });

  test('MG-06: a held organisation says so first, with the reason, and is released after a question', async () => {
    const { database, organization } = scene.engine;
    const mr_heldreason = 'Its database was copied or moved.';
    await database.records.update('organization', organization.organizationid, { mr_held: true, mr_heldreason });
    await go('/', 'Overview');
    const bar = page.getByRole('alert');
    await bar.getByText('Everything is held: no mail is fetched or sent, and no webhook is called.').waitFor();
    await bar.getByText(mr_heldreason).waitFor();
    await page.getByRole('link', { name: /^Everything is held; where and why/ }).waitFor();
    assert.equal(await page.getByText('Nothing needs a hand').count(), 0);
    assert.deepEqual(await seriousFindings(page), []);
    await bar.getByRole('button', { name: 'Release' }).click();
    await noticed(page, 'Released: mail flows again.', () =>
      page.getByRole('dialog').getByRole('button', { name: 'Release' }).click(),
    );
    await bar.waitFor({ state: 'detached' });
    const row = await store.retrieve('organization', organization.organizationid, ['mr_held', 'mr_heldreason']);
    assert.deepEqual([row?.mr_held, row?.mr_heldreason], [false, null]);
  });

  test('PAIN-02: a quarantined message shows its cause and bytes, and is released by name', async () => {
    await go('/quarantine', 'Quarantine');
    await page.getByText('The message ends inside its headers.').waitFor();
    await page.getByRole('link', { name: 'Broken message' }).click();
    await heading('Broken message');
    await page.getByRole('button', { name: 'Show the source' }).click();
    await page.getByText('Bytes as they came').waitFor();
    await page.getByRole('button', { name: 'Release' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('listitem').getByText('Broken message').waitFor();
    await noticed(page, '1 message released', () => dialog.getByRole('button', { name: 'Release' }).click());
    const row = await store.retrieve('mr_quarantine', heldId, ['mr_status']);
    assert.notEqual(row?.mr_status, QuarantineStatus.held);
  });

  test('QU: an item of a queue is picked and released', async () => {
    await go('/queues', 'Queues');
    await page.getByRole('link', { name: 'Support' }).click();
    await heading('Support');
    const pick = async (name: string, done: string): Promise<void> => {
      await page.getByRole('checkbox', { name: /^Select Pallet/ }).check();
      await page.getByRole('button', { name }).click();
      await noticed(page, done, () => page.getByRole('dialog').getByRole('button', { name }).click());
    };
    await pick('Pick', '1 item picked');
    const { rows } = await store.retrieveMultiple({ table: 'queueitem', columns: ['workerid'] });
    assert.equal(rows[0]?.workerid?.id, scene.engine.organization.administratorId);
    await pick('Release', '1 item released');
  });

  test('UI-08: profile and methods of many mailboxes are changed at once; those that are refused are named', async () => {
    const profileId = await store.create('emailserverprofile', {
      name: 'Harbour POP3',
      servertype: 1,
      incomingserverlocation: '127.0.0.1',
      outgoingserverlocation: '127.0.0.1',
    });
    const queues = ['Alpha', 'Beta'];
    for (const name of queues)
      await store.create('queue', { name: `${name} desk`, emailaddress: `${name.toLowerCase()}@harbour.example` });
    await go('/mailboxes?search=desk', 'Mailboxes');
    await page.getByRole('checkbox', { name: 'Select all rows of this page' }).check();
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Server profile').selectOption({ label: 'Harbour POP3' });
    await dialog.getByLabel('Incoming email').selectOption({ label: 'Server-side synchronization' });
    await dialog.getByRole('switch', { name: 'Then test and enable' }).uncheck();
    assert.deepEqual(await seriousFindings(page), []);
    await noticed(page, '2 mailboxes changed', () =>
      dialog.getByRole('button', { name: 'Change', exact: true }).click(),
    );
    const read = async () => {
      const { rows } = await store.retrieveMultiple({
        table: 'mailbox',
        columns: ['incomingemaildeliverymethod', 'actdeliverymethod', 'emailserverprofile'],
        filter: { column: 'emailserverprofile', operator: 'eq', value: profileId },
      });
      return rows.map((row) => [row.incomingemaildeliverymethod, row.actdeliverymethod]);
    };
    const [before] = await read();
    assert.deepEqual(await read(), [before, before]);
    assert.equal(before?.[0], 2);

    // A POP3 server has no appointments: both are refused, each with the reason.
    await page.getByRole('checkbox', { name: 'Select all rows of this page' }).check();
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    await dialog.getByLabel('Appointments, contacts and tasks').selectOption({ label: 'Server-side synchronization' });
    await dialog.getByRole('button', { name: 'Change', exact: true }).click();
    await dialog.getByText('All 2 were refused').first().waitFor();
    await dialog.getByRole('listitem').filter({ hasText: 'Alpha desk' }).waitFor();
    await dialog.getByRole('listitem').filter({ hasText: 'Beta desk' }).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    assert.deepEqual(await read(), [before, before]);
  });

  test('ST: a setting is found by its words and saved, in its column or in the XML of switches', async () => {
    await go('/settings', 'Settings');
    await page.getByRole('searchbox').fill('smart matching');
    await page.getByRole('switch', { name: 'Smart matching' }).click();
    await page.getByRole('searchbox').fill('no answer');
    await page.getByRole('switch', { name: 'A forwarded mail is no answer' }).click();
    await noticed(page, 'Saved', () => page.getByRole('button', { name: 'Save' }).click());
    const row = await store.retrieve('organization', scene.engine.organization.organizationid, [
      'enablesmartmatching',
      'orgdborgsettings',
    ]);
    assert.equal(row?.enablesmartmatching, true);
    assert.match(row?.orgdborgsettings ?? '', /<DoNotCorrelateForwardedEmailsAsReplies>true</);
  });

  test('no page has a serious fault for those who cannot see or use a mouse, in light and dark, wide and on a phone', async () => {
    const paths = [
      '/emails',
      `/emails/${emailId}`,
      '/emails/new',
      '/quarantine',
      '/queues',
      `/queues/${queueId}`,
      '/activities',
      '/settings',
      '/me',
    ];
    // The flows above have shown the wide pages; what differs in their colours are the emails and the settings.
    for (const { options, shown } of [
      { options: {}, shown: [`/emails/${emailId}`, '/settings'] },
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

  test('SE-02: a plain user signs in with a password and sees only what is theirs', async () => {
    const userId = await store.create('systemuser', {
      firstname: 'Paula',
      lastname: 'Plain',
      domainname: 'paula@harbour.example',
      internalemailaddress: 'paula@harbour.example',
    });
    const tab = await scene.openAs({ id: userId, name: 'paula@harbour.example' }, '/emails');
    await tab.getByRole('heading', { name: 'Emails', level: 1 }).waitFor();
    await tab.getByText('Nothing here.').waitFor();
    assert.equal(await tab.getByRole('link', { name: 'Settings' }).count(), 0);
    await tab.goto(`${scene.url}/emails/${emailId}`);
    await tab.getByRole('alert').waitFor();
    await tab.goto(`${scene.url}/me`);
    await tab.getByText('paula@harbour.example').first().waitFor();
    await tab.context().close();
  });
});
