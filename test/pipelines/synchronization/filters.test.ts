import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createRuledStore } from '../../../src/rules/ruled-store.ts';
import { giveDefaultFilters, seedFilterTemplates } from '../../../src/rules/synchronization-filters.ts';
import { type ActScene, addFilter, openActScene, quietSignal } from '../../support/act-scene.ts';
import { seeded } from '../../support/organisation.ts';

describe('synchronisation filters and field directions', () => {
  let scene: ActScene;
  beforeEach(async () => {
    scene = await openActScene();
  });
  afterEach(() => scene.close());

  const settle = async (): Promise<void> => {
    await scene.clock.advance(1000);
    await scene.settle('anna');
    await scene.clock.advance(1000);
  };
  const titles = async (folder: 'contacts' | 'tasks' = 'contacts'): Promise<readonly string[]> =>
    (await scene.items('anna', folder)).map((item) => item.title).sort();
  const contact = (lastname: string, more: object = {}) =>
    scene.database.records.create('contact', {
      lastname,
      fullname: lastname,
      ownerid: { table: 'systemuser', id: seeded.anna },
      ...more,
    });
  const by = (column: string, value: string): string =>
    `<fetch><entity name="contact"><filter><condition attribute="${column}" operator="eq" value="${value}"/></filter></entity></fetch>`;
  const administrator = () =>
    createRuledStore({
      database: scene.database,
      caller: { systemuserid: seeded.anna, isAdministrator: true },
      clock: scene.clock,
      onMailboxesTouched: () => {},
    });

  it('FI-02: several filters of a table are joined by or; FI-01: those of the organisation count as well', async () => {
    await addFilter(scene, 'anna', 'contact', by('jobtitle', 'A'));
    await addFilter(scene, 'anna', 'contact', by('jobtitle', 'B'));
    await scene.database.records.create('savedquery', {
      name: 'All',
      querytype: 256,
      returnedtypecode: 'contact',
      fetchxml: by('jobtitle', 'C'),
      statecode: 0,
      statuscode: 1,
    });
    for (const title of ['A', 'B', 'C', 'D']) await contact(title, { jobtitle: title });
    await settle();
    assert.deepEqual(await titles(), ['A', 'B', 'C']);
  });

  it('FI-06: what the user may not read never goes', async () => {
    await addFilter(scene, 'anna', 'contact', by('jobtitle', 'X'));
    await contact('Own', { jobtitle: 'X' });
    await contact('Foreign', { jobtitle: 'X', ownerid: { table: 'systemuser', id: seeded.ben } });
    await settle();
    assert.deepEqual(await titles(), ['Own']);
  });

  it('FI-07, FI-10: filters may join tables and go by relative dates, which let records in without a change of theirs', async () => {
    await addFilter(
      scene,
      'anna',
      'task',
      '<fetch><entity name="task"><filter><condition attribute="scheduledend" operator="today"/></filter><link-entity name="systemuser" from="systemuserid" to="ownerid"><filter><condition attribute="systemuserid" operator="eq-userid"/></filter></link-entity></entity></fetch>',
    );
    const ownerid = { table: 'systemuser', id: seeded.anna };
    await scene
      .storeOf('anna')
      .create('task', { subject: 'Tomorrow', ownerid, scheduledend: new Date('2026-03-03T12:00:00Z') });
    await settle();
    assert.deepEqual(await titles('tasks'), []);
    await scene.clock.advance(86_400_000);
    await settle();
    assert.deepEqual(await titles('tasks'), ['Tomorrow']);
  });

  it('FI-03, FI-08: users get the default filters; resetting brings them back', async () => {
    const { records } = scene.database;
    await seedFilterTemplates(records, seeded.organization);
    assert.equal(await giveDefaultFilters(records, seeded.anna), 7);
    await contact('Mine');
    await contact('Inactive', { statecode: 1, statuscode: 2 });
    const ownerid = { table: 'systemuser', id: seeded.anna };
    await scene.storeOf('anna').create('task', { subject: 'Open', ownerid });
    await settle();
    assert.deepEqual([await titles(), await titles('tasks')], [['Mine'], ['Open']]);
    await addFilter(scene, 'anna', 'contact', by('jobtitle', 'never'));
    assert.equal(await giveDefaultFilters(records, seeded.anna, true), 7);
    assert.equal(await records.count('userquery'), 7);
    const made = await administrator().create('systemuser', { firstname: 'New', lastname: 'User', domainname: 'new' });
    assert.equal(await records.count('userquery', { column: 'ownerid', operator: 'eq', value: made }), 7);
  });

  it('FI-01: a filter that cannot be read, or is of another table, is refused when it is written', async () => {
    const values = { name: 'Bad', querytype: 256, returnedtypecode: 'contact', fetchxml: '<fetch>' };
    await assert.rejects(scene.storeOf('anna').create('userquery', values), { code: '80040203' });
    await assert.rejects(
      scene.storeOf('anna').create('userquery', { ...values, fetchxml: '<fetch><entity name="task"/></fetch>' }),
      /about task, its table is contact/,
    );
  });

  it('FM-02, FM-04, AC-24: the organisation and each user set directions; fixed ones cannot be set', async () => {
    const { records } = scene.database;
    await addFilter(scene, 'anna', 'contact');
    const row = {
      entitytypecode: 'contact',
      mappingname: 'jobtitle',
      defaultsyncdirection: 3,
      allowedsyncdirection: 3,
    };
    await records.create('syncattributemapping', { ...row, syncdirection: 0 });
    const id = await contact('One', { jobtitle: 'Secret', department: 'Known' });
    await settle();
    const [item] = await scene.items('anna', 'contacts');
    assert.deepEqual([item?.fields.jobtitle, item?.fields.department], [null, 'Known']);
    const own = { entitytypecode: 'contact', mappingname: 'jobtitle', syncdirection: 2 };
    await scene.storeOf('anna').create('principalsyncattributemap', own);
    await assert.rejects(
      scene.storeOf('anna').create('principalsyncattributemap', { ...own, principalid: seeded.ben }),
      /You may not create this row/,
      'a user sets their own alone',
    );
    assert.ok(item);
    await scene
      .outlookOf('anna')
      .update(item, { kind: 'contact', fields: { jobtitle: 'There' }, notify: 'nobody' }, quietSignal);
    await settle();
    assert.equal((await records.retrieve('contact', id))?.jobtitle, 'There');
    const fixed = await records.create('syncattributemapping', {
      entitytypecode: 'contact',
      mappingname: 'fullname',
      defaultsyncdirection: 3,
      allowedsyncdirection: 0,
      syncdirection: 3,
    });
    await assert.rejects(administrator().update('syncattributemapping', fixed, { syncdirection: 1 }), /is fixed/);
  });

  it('CC-08, CC-11, PO-05: all three addresses, and the company, where they are asked for', async () => {
    const { records } = scene.database;
    await addFilter(scene, 'anna', 'contact');
    const parent = { table: 'account', id: seeded.customer };
    await contact('One', { address1_city: 'Main', address2_city: 'Home', parentcustomerid: parent });
    await settle();
    const first = (await scene.items('anna', 'contacts'))[0]?.fields;
    assert.deepEqual(
      [cityOf(first?.mailingaddress), cityOf(first?.homeaddress), first?.parentname],
      ['Main', null, null],
    );
    await records.update('organization', seeded.organization, { iscontactmailingaddresssyncenabled: false });
    await records.update('usersettings', seeded.anna, { synccontactcompany: true });
    await records.updateWhere('exchangesyncidmapping', { and: [] }, { mr_recordversion: null, mr_changekey: null });
    await settle();
    const second = (await scene.items('anna', 'contacts'))[0]?.fields;
    assert.deepEqual([cityOf(second?.businessaddress), cityOf(second?.homeaddress)], ['Main', 'Home']);
  });
});

const cityOf = (address: unknown): unknown => (address as { readonly city?: unknown } | null)?.city ?? null;
