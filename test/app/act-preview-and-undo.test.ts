import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createConnect } from '../../src/app/connectors.ts';
import { actParts } from '../../src/app/with-act-port.ts';
import { silentLog } from '../../src/base/log.ts';
import { createActTurn } from '../../src/pipelines/synchronization/pipeline.ts';
import type { TurnOutcome } from '../../src/pipelines/turn.ts';
import { readOrganizationSettings } from '../../src/store/organization-settings.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { CalendarScene, type CalendarUser } from '../connectors/exchange/calendar-scene.ts';
import { heldClock } from '../support/clock.ts';
import { testSecretBox } from '../support/database.ts';
import { grantLease } from '../support/organisation.ts';
import { openRuledApi, type RuledApi } from '../support/ruled-api.ts';
import { testNow } from '../support/web-api.ts';

const headers = { authorization: 'Bearer user' };
const quiet = new AbortController().signal;
const noStamp = { organizationId: '', table: '', recordId: '' };

describe('what the next cycle would do, and taking synchronisation back', () => {
  let api: RuledApi;
  let scene: CalendarScene;
  let mailboxid: string;
  const connect = () =>
    createConnect({ records: api.database.records, secretBox: testSecretBox, clientName: undefined });
  before(async () => {
    scene = await CalendarScene.open(['uma@ours.example']);
    api = await openRuledApi(undefined, (...mailbox) => connect()(...mailbox));
    const { records } = api.database;
    const profile = await records.create('emailserverprofile', {
      name: 'Server',
      servertype: 0,
      incomingserverlocation: scene.server.ewsUrl,
      incomingusessl: false,
      incomingauthenticationprotocol: 4,
      incomingcredentialretrieval: 1,
      incomingusername: 'uma@ours.example',
      incomingpassword: 'p',
    });
    await records.update('organization', api.organization.organizationid, {
      mr_allownonsslemail: true,
      mr_allowbasicauthenticationonnonsecurechannel: true,
    });
    const page = await records.retrieveMultiple({
      table: 'mailbox',
      filter: { column: 'regardingobjectid', operator: 'eq', value: api.userId },
    });
    mailboxid = page.rows[0]?.mailboxid ?? '';
    await records.update('mailbox', mailboxid, {
      emailserverprofile: { table: 'emailserverprofile', id: profile },
      emailrouteraccessapproval: 1,
      enabledforact: true,
      actdeliverymethod: 1,
    });
  });
  after(async () => {
    await api.close();
    await scene.close();
  });

  const call = (name: string, body?: unknown) =>
    api.send('POST', `mailboxes(${mailboxid})/Microsoft.Dynamics.CRM.${name}`, body, headers);
  const foldersOf = async (body: unknown = {}): Promise<Readonly<Record<string, Readonly<Record<string, number>>>>> => {
    const answer = await call('mr_PreviewSync', body);
    assert.equal(answer.status, 200, answer.text);
    return Object.fromEntries(answer.json.Folders.map((one: { Folder: string }) => [one.Folder, one]));
  };
  const mailbox = async (): Promise<RecordOf<'mailbox'>> =>
    (await api.database.records.retrieve('mailbox', mailboxid)) ?? {};
  const links = async () => (await api.database.records.retrieveMultiple({ table: 'exchangesyncidmapping' })).rows;
  const uma = (): CalendarUser => scene.users[0] as CalendarUser;
  const titles = async (folder: 'contacts' | 'tasks' | 'calendar'): Promise<readonly string[]> => {
    const { port } = uma();
    const { changed } = await port.changes(folder, null, quiet);
    const found = await port.get(
      folder,
      changed.map(({ id }) => id),
      quiet,
    );
    return found.flatMap((one) => ('item' in one ? [one.item.title] : [])).sort();
  };
  const turn = async (): Promise<TurnOutcome> => {
    const { database } = api;
    const box = await mailbox();
    const profile = (await database.records.retrieve('emailserverprofile', box.emailserverprofile?.id ?? '')) ?? {};
    const settings = await readOrganizationSettings(database.records);
    const clock = heldClock(testNow);
    return createActTurn(actParts({ database, clock }))({
      database,
      lease: await grantLease(database, mailboxid, 'act'),
      mailbox: box,
      profile,
      settings,
      systemUserId: api.organization.systemUserId,
      connect: (direction, signal) =>
        connect()(box, profile, direction, signal, {
          gates: settings.gates,
          trackedCategory: settings.trackedCategory,
        }),
      clock,
      log: silentLog,
      signal: quiet,
      maxItems: 1000,
    });
  };
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 5; round += 1) {
      const { error, more } = await turn();
      if (error !== undefined) throw error;
      if (!more) return;
    }
    assert.fail('it does not come to rest');
  };

  test('FI-09: a preview counts what would be made, compared and deleted, for another start date as well, and does nothing', async () => {
    const { records } = api.database;
    const store = (table: string, values: object) => api.send('POST', table, values, headers);
    const ownerid = { table: 'systemuser', id: api.userId };
    for (const lastname of ['Anchor', 'Buoy', 'Capstan'])
      await records.create('contact', { lastname, fullname: lastname, ownerid });
    assert.equal((await store('tasks', { subject: 'Write' })).status, 204);
    for (const [subject, year] of [
      ['Long ago', 2019],
      ['Ahead', 2031],
    ] as const)
      await records.create('appointment', {
        subject,
        scheduledstart: new Date(Date.UTC(year, 2, 1, 9)),
        scheduledend: new Date(Date.UTC(year, 2, 1, 10)),
        instancetypecode: 0,
        ownerid,
        organizer: [{ partyid: ownerid }],
        requiredattendees: [{ partyid: ownerid }],
      });
    const made = await uma().port.create(
      {
        folder: 'tasks',
        kind: 'task',
        fields: { subject: 'From Outlook' },
        stamp: noStamp,
        notify: 'nobody',
        remindOn: null,
      },
      quiet,
    );
    const { mailbox: box } = scene.server.account('uma@ours.example');
    const item = box.items.get(made.id);
    assert.ok(item !== undefined && typeof item.content === 'object');
    const leaf = (text: string) => ({ name: 'String', ns: 't', attributes: {}, children: [], text }) as const;
    const categories = {
      name: 'Categories',
      ns: 't',
      attributes: {},
      children: [leaf('Tracked to Dynamics 365')],
      text: '',
    } as const;
    const { content } = item;
    box.changeItem(item, () => content.properties.set('Categories', categories));
    const all = await foldersOf({ StartDate: '1900-01-01T00:00:00Z' });
    const counts = (folder: string, of = all) =>
      ['NewItems', 'NewRecords', 'Compared', 'DeletedItems', 'DeletedRecords', 'Linked'].map(
        (name) => of[folder]?.[name],
      );
    assert.deepEqual(counts('contacts'), [3, 0, 0, 0, 0, 0]);
    assert.deepEqual(counts('tasks'), [1, 1, 0, 0, 0, 0]);
    assert.deepEqual(counts('calendar'), [2, 0, 0, 0, 0, 0]);
    const later = await foldersOf({ StartDate: '2025-01-01T00:00:00Z' });
    assert.deepEqual(counts('calendar', later), [1, 0, 0, 0, 0, 0]);
    assert.deepEqual(await links(), []);
    assert.deepEqual(await titles('contacts'), []);
    assert.equal((await mailbox()).mr_actstartdate ?? null, null, 'the start date asked with is not kept');
  });

  test('FI-09: what the preview counted is what the cycle does, and the next preview counts the changes', async () => {
    assert.equal((await call('mr_StartSync', { From: '2025-01-01T00:00:00Z' })).status, 204);
    await settle();
    assert.deepEqual(await titles('contacts'), ['Anchor', 'Buoy', 'Capstan']);
    assert.deepEqual(await titles('tasks'), ['From Outlook', 'Write']);
    assert.deepEqual(await titles('calendar'), ['Ahead']);
    assert.equal(await api.database.records.count('task', { and: [] }), 2);
    const quietly = await foldersOf();
    for (const folder of ['contacts', 'tasks', 'calendar'])
      assert.deepEqual(
        ['NewItems', 'NewRecords', 'Compared', 'DeletedItems', 'DeletedRecords'].map((name) => quietly[folder]?.[name]),
        [0, 0, 0, 0, 0],
        folder,
      );
    assert.equal(quietly.contacts?.Linked, 3);
    const all = await links();
    const linkOf = (title: string) => all.find(({ itemsubject }) => itemsubject === title);
    const { port } = uma();
    const edited = await port.get('contacts', [linkOf('Anchor')?.exchangeentryid ?? ''], quiet);
    const [anchor] = edited.flatMap((one) => ('item' in one ? [one.item] : []));
    assert.ok(anchor);
    await port.update(anchor, { kind: 'contact', fields: { jobtitle: 'By hand' }, notify: 'nobody' }, quiet);
    await api.database.records.delete('contact', linkOf('Buoy')?.objectid ?? '');
    await api.database.records.delete('appointment', linkOf('Ahead')?.objectid ?? '');
    const next = await foldersOf();
    const { Compared, DeletedItems, Unlinked } = next.contacts ?? {};
    assert.deepEqual([Compared, DeletedItems, Unlinked], [1, 0, 1], 'CC-03: the owner keeps the item');
    assert.equal(next.calendar?.DeletedItems, 1, 'AA-15');
    assert.deepEqual(await titles('contacts'), ['Anchor', 'Buoy', 'Capstan']);
    assert.deepEqual(await titles('calendar'), ['Ahead']);
  });

  test('undo deletes the items that were made and nobody changed, keeps the others and every record, and begins anew', async () => {
    assert.equal((await call('mr_UndoSync')).status, 400, 'not while it goes on');
    await api.database.records.update('mailbox', mailboxid, { actdeliverymethod: 2 });
    const contacts = await api.database.records.count('contact', { and: [] });
    const mails = scene.server.account('uma@ours.example').mailbox.folderNamed('sentitems').total;
    const answer = await call('mr_UndoSync');
    assert.deepEqual(
      [answer.status, answer.json?.Deleted, answer.json?.Kept, answer.json?.Complete],
      [200, 4, 2, true],
      answer.text,
    );
    assert.deepEqual(await titles('contacts'), ['Anchor'], 'changed by hand: kept');
    assert.deepEqual(await titles('tasks'), ['From Outlook'], 'not made here: kept');
    assert.deepEqual(await titles('calendar'), []);
    assert.deepEqual(await links(), []);
    assert.equal(await api.database.records.count('contact', { and: [] }), contacts, 'records stay');
    assert.equal(await api.database.records.count('task', { and: [] }), 2);
    assert.equal(
      scene.server.account('uma@ours.example').mailbox.folderNamed('sentitems').total,
      mails,
      'nobody is mailed',
    );
    const { mr_actstartdate, mr_actfirstcompletedon, mr_actfirststartedon } = await mailbox();
    assert.deepEqual([mr_actstartdate, mr_actfirststartedon, mr_actfirstcompletedon], [null, null, null]);
    const cursors = await api.database.sql("select name from mr_cursor where mailboxid = $1::uuid and work = 'act'", [
      mailboxid,
    ]);
    assert.deepEqual(cursors, []);
    assert.deepEqual((await call('mr_UndoSync')).json?.Deleted, 0, 'a repeat finds nothing');
  });
});
