import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { FieldBag } from '../../../src/contracts/act-fields.ts';
import type { ActItem } from '../../../src/contracts/act-item.ts';
import { type ActScene, addFilter, openActScene, quietSignal } from '../../support/act-scene.ts';
import { seeded } from '../../support/organisation.ts';

describe('contacts, both ways', () => {
  let scene: ActScene;
  beforeEach(async () => {
    scene = await openActScene();
  });
  afterEach(() => scene.close());

  const settle = async (...people: readonly ('anna' | 'ben')[]): Promise<void> => {
    await scene.clock.advance(1000);
    await scene.settle(...(people.length === 0 ? (['anna'] as const) : people));
    await scene.clock.advance(1000);
  };
  const onlyItem = async (person: 'anna' | 'ben' = 'anna'): Promise<ActItem> => {
    const items = await scene.items(person, 'contacts');
    assert.equal(items.length, 1);
    return items[0] as ActItem;
  };
  const edit = async (fields: FieldBag, person: 'anna' | 'ben' = 'anna'): Promise<void> => {
    await scene
      .outlookOf(person)
      .update(await onlyItem(person), { kind: 'contact', fields, notify: 'nobody' }, quietSignal);
  };
  const customers = { column: 'lastname', operator: 'eq', value: 'Customer' } as const;
  const create = (values: object = {}): Promise<string> =>
    scene.storeOf('anna').create('contact', {
      firstname: 'Carl',
      lastname: 'Customer',
      emailaddress1: 'carl@customer.example',
      ownerid: { table: 'systemuser', id: seeded.anna },
      ...values,
    });

  it('AC-02, CC-01: a contact that fits the filter is made in Exchange, with our stamp (AC-21)', async () => {
    await addFilter(scene, 'anna', 'contact');
    const id = await create({ jobtitle: 'Buyer' });
    await settle();
    const item = await onlyItem();
    assert.equal(item.title, 'Carl Customer');
    assert.equal(item.fields.jobtitle, 'Buyer');
    assert.deepEqual(item.stamp, { organizationId: seeded.organization, table: 'contact', recordId: id });
    assert.equal((await scene.items('ben', 'contacts')).length, 0);
  });

  it('AC-05: later changes flow both ways, field by field', async () => {
    await addFilter(scene, 'anna', 'contact');
    const id = await create();
    await settle();
    await edit({ jobtitle: 'From Exchange' });
    await scene.storeOf('anna').update('contact', id, { department: 'From here' });
    await settle();
    const row = await scene.storeOf('anna').retrieve('contact', id);
    assert.equal(row?.jobtitle, 'From Exchange');
    assert.equal((await onlyItem()).fields.department, 'From here');
    assert.equal(row?.modifiedby?.id, seeded.anna);
  });

  it('AC-08: what the engine wrote itself is not read back as a change', async () => {
    await addFilter(scene, 'anna', 'contact');
    const id = await create();
    await settle();
    const before = (await scene.storeOf('anna').retrieve('contact', id))?.versionnumber;
    const key = (await onlyItem()).changeKey;
    for (let pass = 0; pass < 3; pass += 1) {
      const outcome = await scene.turn('anna');
      assert.deepEqual([outcome.itemsProcessed, outcome.itemsFailed, outcome.more], [0, 0, false]);
    }
    assert.equal((await scene.storeOf('anna').retrieve('contact', id))?.versionnumber, before);
    assert.equal((await onlyItem()).changeKey, key);
  });

  it('AC-09: the later of two changes of one field stands, and the other is told', async () => {
    await addFilter(scene, 'anna', 'contact');
    const id = await create({ jobtitle: 'Old' });
    await settle();
    await scene.storeOf('anna').update('contact', id, { jobtitle: 'Earlier', department: 'Kept' });
    await scene.clock.advance(5000);
    await edit({ jobtitle: 'Later' });
    await settle();
    const row = await scene.storeOf('anna').retrieve('contact', id);
    assert.equal(row?.jobtitle, 'Later');
    assert.equal(row?.department, 'Kept');
    assert.equal((await onlyItem()).fields.department, 'Kept');
    const alerts = await scene.database.records.retrieveMultiple({
      table: 'tracelog',
      filter: { column: 'mr_code', operator: 'eq', value: 'mr_ActConflict' },
    });
    assert.match(alerts.rows[0]?.text ?? '', /"Later" stands, "Earlier" gave way/);
    assert.match((await scene.links('anna'))[0]?.mr_lastconflict ?? '', /Earlier/);
  });

  it('AC-04, CC-02: a contact of Exchange becomes a record when it is tracked, not before', async () => {
    await addFilter(scene, 'anna', 'contact');
    const made = await scene.outlookOf('anna').create(
      {
        folder: 'contacts',
        kind: 'contact',
        fields: { fullname: { first: 'Pia', middle: null, last: 'Private', title: null, suffix: null } },
        stamp: { organizationId: '', table: '', recordId: '' },
        notify: 'nobody',
        remindOn: null,
      },
      quietSignal,
    );
    await settle();
    const count = () =>
      scene.database.records.count('contact', { column: 'lastname', operator: 'eq', value: 'Private' });
    assert.equal(await count(), 0);
    scene.track('anna', made.id, true);
    await settle();
    assert.equal(await count(), 1);
    const page = await scene
      .storeOf('anna')
      .retrieveMultiple({ table: 'contact', filter: { column: 'lastname', operator: 'eq', value: 'Private' } });
    assert.equal(page.rows[0]?.ownerid?.id, seeded.anna);
    assert.equal((await onlyItem()).stamp?.recordId, page.rows[0]?.contactid);
  });

  it("CC-04: the owner's deletion in Exchange deletes the record; CC-07: and with it the copies of others", async () => {
    await addFilter(scene, 'anna', 'contact');
    await addFilter(
      scene,
      'ben',
      'contact',
      '<fetch><entity name="contact"><filter><condition attribute="statecode" operator="eq" value="0"/></filter></entity></fetch>',
    );
    const id = await create();
    await settle('anna', 'ben');
    await edit({ jobtitle: 'By Ben' }, 'ben');
    await settle('ben', 'anna');
    assert.equal((await onlyItem('anna')).fields.jobtitle, 'By Ben');
    await scene.outlookOf('anna').remove(await onlyItem('anna'), 'nobody', quietSignal);
    await settle('anna', 'ben');
    assert.equal(await scene.database.records.retrieve('contact', id), undefined);
    assert.equal((await scene.items('ben', 'contacts')).length, 0);
    assert.deepEqual(await scene.links('ben'), []);
  });

  it('CC-04: the deletion by somebody else leaves the record, and the item does not come back', async () => {
    await addFilter(
      scene,
      'ben',
      'contact',
      '<fetch><entity name="contact"><filter><condition attribute="statecode" operator="eq" value="0"/></filter></entity></fetch>',
    );
    const id = await create();
    await settle('ben');
    await scene.outlookOf('ben').remove(await onlyItem('ben'), 'nobody', quietSignal);
    await settle('ben');
    await scene.storeOf('anna').update('contact', id, { jobtitle: 'Changed later' });
    await settle('ben');
    assert.equal((await scene.items('ben', 'contacts')).length, 0);
    assert.notEqual(await scene.database.records.retrieve('contact', id), undefined);
  });

  it("CC-03, CC-05: the owner's deletion here leaves the owner's copy in Exchange, unlinked", async () => {
    await addFilter(scene, 'anna', 'contact');
    const id = await create();
    await settle();
    await scene.database.records.delete('contact', id);
    await settle();
    assert.equal((await onlyItem()).title, 'Carl Customer');
    await edit({ jobtitle: 'Nobody cares' });
    await settle();
    assert.equal(
      await scene.database.records.count('contact', { column: 'lastname', operator: 'eq', value: 'Customer' }),
      0,
    );
  });

  it("AC-11, AC-12, AC-13: leaving the filter only unlinks; with ST-54 off the former owner's copy is deleted", async () => {
    await addFilter(scene, 'anna', 'contact');
    const id = await create();
    await settle();
    await scene.database.records.update('contact', id, { ownerid: { table: 'systemuser', id: seeded.ben } });
    await settle();
    assert.equal((await scene.items('anna', 'contacts')).length, 1);
    assert.equal((await scene.links('anna'))[0]?.isunlinkedincrm, true);
    await scene.database.records.update('contact', id, {
      ownerid: { table: 'systemuser', id: seeded.anna },
      jobtitle: 'Back',
    });
    await settle();
    assert.equal((await onlyItem()).fields.jobtitle, 'Back');
    await scene.setSwitch('DistinctPhysicalAndLogicalDeletesForExchangeSync', false);
    await addFilter(scene, 'ben', 'contact');
    await scene.database.records.update('contact', id, { ownerid: { table: 'systemuser', id: seeded.ben } });
    await settle('anna', 'ben');
    assert.equal((await scene.items('anna', 'contacts')).length, 0);
    assert.equal((await onlyItem('ben')).fields.jobtitle, 'Back');
  });

  it('AC-03, FI-05: without an active filter nothing goes to Exchange', async () => {
    const filter = await addFilter(scene, 'anna', 'contact');
    await scene.database.records.update('userquery', filter, { statecode: 1, statuscode: 2 });
    await create();
    await settle();
    assert.equal((await scene.items('anna', 'contacts')).length, 0);
  });

  /** Makes a copy of the only item, as a person does in the mail program, who tracks it as well. */
  async function copyTracked(): Promise<void> {
    const item = await onlyItem();
    const copy = await scene.outlookOf('anna').create(
      {
        folder: 'contacts',
        kind: 'contact',
        fields: item.fields,
        stamp: item.stamp as never,
        notify: 'nobody',
        remindOn: null,
      },
      quietSignal,
    );
    scene.track('anna', copy.id, true);
  }

  it("AC-20: a copy of a linked item is nobody's business", async () => {
    await addFilter(scene, 'anna', 'contact');
    await create();
    await settle();
    await copyTracked();
    await settle();
    assert.equal((await scene.links('anna')).length, 1);
    assert.equal(await scene.database.records.count('contact', customers), 1);
  });

  it('AC-20, ST-56: where copies are not ignored, one that is tracked becomes a record of its own, once', async () => {
    await scene.setSwitch('IgnoreCopiedItemsInSSSForMailbox', false);
    await addFilter(scene, 'anna', 'contact');
    const original = await create();
    await settle();
    await copyTracked();
    await settle();
    await settle();
    const links = await scene.links('anna');
    assert.equal(links.length, 2);
    assert.equal(new Set(links.map(({ objectid }) => objectid)).size, 2);
    assert.ok(links.some(({ objectid }) => objectid === original));
    assert.equal(await scene.database.records.count('contact', customers), 2);
    assert.equal((await scene.items('anna', 'contacts')).length, 2);
  });

  /** Puts an item into another folder, and back where that is asked for. */
  function put(id: string, folder: 'notes'): { readonly back: () => string } {
    const { mailbox } = scene.server.account('anna@ours.example');
    const item = mailbox.items.get(id);
    assert.ok(item);
    mailbox.moveItem(item, mailbox.folderNamed(folder));
    const back = (): string => {
      mailbox.moveItem(item, mailbox.folderNamed('contacts'));
      return item.id;
    };
    return { back };
  }

  /** Puts the only item into another folder and at once back, whereby it gets another id, as in Exchange. */
  async function moveAndReturn(): Promise<ActItem> {
    const { id } = await onlyItem();
    put(id, 'notes').back();
    const back = await onlyItem();
    assert.notEqual(back.id, id);
    return back;
  }

  it('AA-44, AC-20: an item put elsewhere and back between two cycles is the same one, no deletion and a copy', async () => {
    await addFilter(scene, 'anna', 'contact');
    const id = await create();
    await settle();
    const back = await moveAndReturn();
    await edit({ jobtitle: 'Still here' });
    await settle();
    assert.equal((await scene.storeOf('anna').retrieve('contact', id))?.jobtitle, 'Still here');
    const links = await scene.links('anna');
    assert.deepEqual(
      links.map((link) => [link.objectid, link.exchangeentryid, link.mr_linkstate]),
      [[id, back.id, 100000000]],
    );
    await scene.outlookOf('anna').remove(await onlyItem(), 'nobody', quietSignal);
    await settle();
    assert.equal(await scene.storeOf('anna').retrieve('contact', id), undefined);
  });

  it('AA-44, AC-21: of a mailbox whose items all got other ids nothing is deleted and nothing doubled', async () => {
    await addFilter(scene, 'anna', 'contact');
    const id = await create();
    await settle();
    const back = await moveAndReturn();
    // Without a cursor the folder is read anew, and what is not in it counts as gone.
    await scene.database.sql("delete from mr_cursor where work = 'act'");
    await settle();
    assert.equal(await scene.database.records.count('contact', customers), 1);
    assert.equal((await onlyItem()).id, back.id);
    assert.deepEqual(
      (await scene.links('anna')).map((link) => [link.objectid, link.exchangeentryid]),
      [[id, back.id]],
    );
  });

  it('AA-44, AC-11: one whose record had left the filter is found again when it fits', async () => {
    await addFilter(scene, 'anna', 'contact');
    const id = await create();
    await settle();
    await scene.storeOf('anna').update('contact', id, { ownerid: { table: 'systemuser', id: seeded.ben } });
    await settle();
    const back = await moveAndReturn();
    await settle();
    await scene.database.records.update('contact', id, { ownerid: { table: 'systemuser', id: seeded.anna } });
    await settle();
    assert.equal((await onlyItem()).id, back.id);
    assert.equal((await scene.links('anna'))[0]?.exchangeentryid, back.id);
  });

  it('AA-44, AC-14, AC-15: one that was untracked stays so, and tracked anew finds its old record', async () => {
    await addFilter(scene, 'anna', 'contact');
    const id = await create();
    await settle();
    scene.track('anna', (await onlyItem()).id, false);
    await settle();
    const back = await moveAndReturn();
    await scene.storeOf('anna').update('contact', id, { jobtitle: 'Alone' });
    await settle();
    assert.equal((await onlyItem()).fields.jobtitle, null);
    scene.track('anna', back.id, true);
    await settle();
    assert.equal((await onlyItem()).fields.jobtitle, 'Alone');
    assert.equal(await scene.database.records.count('contact', customers), 1);
  });

  it('AA-44: one that was told as deleted and comes back in a later cycle, tracked, finds the record that was kept', async () => {
    await addFilter(scene, 'anna', 'contact');
    const id = await create();
    await settle();
    const { id: itemId } = await onlyItem();
    // Left for somebody else: the deletion of the own copy keeps the record (CC-04).
    await scene.storeOf('anna').update('contact', id, { ownerid: { table: 'systemuser', id: seeded.ben } });
    const { back } = put(itemId, 'notes');
    await settle();
    assert.equal((await scene.links('anna'))[0]?.mr_linkstate, 100000005);
    const backId = back();
    await scene.database.records.update('contact', id, { ownerid: { table: 'systemuser', id: seeded.anna } });
    scene.track('anna', backId, true);
    await settle();
    assert.deepEqual(
      (await scene.links('anna')).map((link) => [link.objectid, link.exchangeentryid, link.mr_linkstate]),
      [[id, backId, 100000000]],
    );
    assert.equal(await scene.database.records.count('contact', customers), 1);
  });

  it('AC-14, AC-15: untracking cuts the tie, tracking again finds the old record', async () => {
    await addFilter(scene, 'anna', 'contact');
    const id = await create();
    await settle();
    const { id: itemId } = await onlyItem();
    scene.track('anna', itemId, false);
    await settle();
    await scene.storeOf('anna').update('contact', id, { jobtitle: 'Alone' });
    await settle();
    assert.equal((await onlyItem()).fields.jobtitle, null);
    scene.track('anna', itemId, true);
    await settle();
    assert.equal((await onlyItem()).fields.jobtitle, 'Alone');
    assert.equal(
      await scene.database.records.count('contact', { column: 'lastname', operator: 'eq', value: 'Customer' }),
      1,
    );
  });

  it('AC-12: when one side is suddenly empty, nothing is deleted before somebody answers', async () => {
    await addFilter(scene, 'anna', 'contact');
    for (let number = 0; number < 6; number += 1) await create({ lastname: `Customer ${number}` });
    await settle();
    for (const item of await scene.items('anna', 'contacts'))
      await scene.outlookOf('anna').remove(item, 'nobody', quietSignal);
    await scene.turn('anna');
    const count = () =>
      scene.database.records.count('contact', { column: 'lastname', operator: 'startsWith', value: 'Customer ' });
    assert.equal(await count(), 6);
    const asked = await scene.database.records.retrieve('mailbox', seeded.annasMailbox);
    assert.match(asked?.mr_actquestion ?? '', /All 6 linked items are gone/);
    await scene.database.records.update('mailbox', seeded.annasMailbox, { mr_actanswer: 100000001 });
    await settle();
    assert.equal(await count(), 6);
    const after = await scene.database.records.retrieve('mailbox', seeded.annasMailbox);
    assert.deepEqual([after?.mr_actquestion, after?.mr_actanswer], [null, null]);
  });
});
