import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { FieldBag } from '../../../src/contracts/act-fields.ts';
import type { ActItem } from '../../../src/contracts/act-item.ts';
import type { RecordOf } from '../../../src/tables/catalog.ts';
import { contentOf } from '../../../testbed/exchange/items/item-content.ts';
import { type ActScene, addFilter, openActScene, quietSignal } from '../../support/act-scene.ts';
import { seeded } from '../../support/organisation.ts';

const ownerid = { table: 'systemuser', id: seeded.anna };

describe('tasks, phone calls, letters and faxes, both ways', () => {
  let scene: ActScene;
  beforeEach(async () => {
    scene = await openActScene();
    for (const table of ['task', 'phonecall', 'letter', 'fax']) await addFilter(scene, 'anna', table);
  });
  afterEach(() => scene.close());

  const settle = async (): Promise<void> => {
    await scene.clock.advance(1000);
    await scene.settle('anna');
    await scene.clock.advance(1000);
  };
  const onlyItem = async (): Promise<ActItem> => {
    const items = await scene.items('anna', 'tasks');
    assert.equal(items.length, 1);
    return items[0] as ActItem;
  };
  const edit = async (fields: FieldBag): Promise<void> => {
    await scene.outlookOf('anna').update(await onlyItem(), { kind: 'task', fields, notify: 'nobody' }, quietSignal);
  };
  const task = (id: string): Promise<RecordOf<'task'> | undefined> => scene.database.records.retrieve('task', id);
  const create = (values: RecordOf<'task'> = {}): Promise<string> =>
    scene.storeOf('anna').create('task', { subject: 'Offer', ownerid, ...values });

  it('CT-04, CT-05: what is tracked bears the category; taken off, the item is followed no more and the record stays', async () => {
    const id = await create();
    await settle();
    const { mailbox } = scene.server.account('anna@ours.example');
    const categoriesOf = async () => {
      const stored = mailbox.items.get((await onlyItem()).id);
      assert.ok(stored);
      const { properties } = contentOf(stored, mailbox);
      return { stored, properties, names: (properties.get('Categories')?.children ?? []).map(({ text }) => text) };
    };
    assert.deepEqual((await categoriesOf()).names, ['Tracked to Dynamics 365']);
    await edit({ subject: 'Offer, again' });
    await settle();
    assert.equal((await task(id))?.subject, 'Offer, again', 'still followed');
    const { stored, properties } = await categoriesOf();
    mailbox.changeItem(stored, () => properties.delete('Categories'));
    await settle();
    await edit({ subject: 'Private' });
    await settle();
    assert.equal((await task(id))?.subject, 'Offer, again');
    assert.deepEqual((await categoriesOf()).names, [], 'nobody puts it on again');
  });

  it('TK-01, FM-S3: each of the four becomes a task in Exchange, and its completion there completes it here', async () => {
    const from = [{ partyid: { table: 'systemuser', id: seeded.anna } }];
    const ids = {
      task: await create({ subject: 'task' }),
      phonecall: await scene
        .storeOf('anna')
        .create('phonecall', { subject: 'phonecall', ownerid, from, to: from, directioncode: false }),
      letter: await scene.storeOf('anna').create('letter', { subject: 'letter', ownerid, from, to: from }),
      fax: await scene.storeOf('anna').create('fax', { subject: 'fax', ownerid, from, to: from }),
    };
    await settle();
    const items = await scene.items('anna', 'tasks');
    assert.deepEqual(items.map((item) => item.title).sort(), ['fax', 'letter', 'phonecall', 'task']);
    for (const item of items) {
      assert.equal(item.fields.status, 'NotStarted');
      const change = { kind: 'task' as const, fields: { status: 'Completed' }, notify: 'nobody' as const };
      await scene.outlookOf('anna').update(item, change, quietSignal);
    }
    await settle();
    const stateOf = async (table: 'task' | 'phonecall' | 'letter' | 'fax') => {
      const row = await scene.database.records.retrieve(table, ids[table], ['statecode', 'statuscode', 'actualend']);
      assert.ok(row?.actualend != null, table);
      return [row.statecode, row.statuscode];
    };
    assert.deepEqual(await stateOf('task'), [1, 5]);
    assert.deepEqual(await stateOf('phonecall'), [1, 4]);
    assert.deepEqual(await stateOf('letter'), [1, 4]);
    assert.deepEqual(await stateOf('fax'), [1, 2]);
  });

  it('TK-03, TK-07: dates go without their time, and a date that did not change keeps its time here', async () => {
    const scheduledend = new Date('2026-03-10T15:30:00Z');
    const id = await create({ scheduledstart: new Date('2026-03-09T08:15:00Z'), scheduledend });
    await settle();
    const item = await onlyItem();
    assert.deepEqual([item.fields.startdate, item.fields.duedate], ['2026-03-09', '2026-03-10']);
    await edit({ subject: 'Renamed' });
    await settle();
    assert.deepEqual((await task(id))?.scheduledend, scheduledend);
    await edit({ duedate: '2026-03-12' });
    await settle();
    assert.deepEqual((await task(id))?.scheduledend, new Date('2026-03-12T15:30:00Z'));
    assert.equal((await task(id))?.subject, 'Renamed');
  });

  it('TK-04, FM-S2: percentage and finer states go as they are', async () => {
    const id = await create({ percentcomplete: 40, statecode: 0, statuscode: 3 });
    await settle();
    assert.deepEqual([(await onlyItem()).fields.percentcomplete, (await onlyItem()).fields.status], [40, 'InProgress']);
    await scene.database.records.update('task', id, { statuscode: 4 });
    await settle();
    assert.deepEqual(
      [(await onlyItem()).fields.percentcomplete, (await onlyItem()).fields.status],
      [40, 'WaitingOnOthers'],
    );
    await edit({ status: 'Deferred' });
    await settle();
    assert.equal((await task(id))?.statuscode, 7);
    await edit({ status: 'NotStarted' });
    await settle();
    assert.deepEqual([(await task(id))?.statuscode, (await task(id))?.percentcomplete], [2, 0]);
  });

  it('TK-05: a record that ended in the past is completed in Exchange', async () => {
    await create({ actualend: new Date('2026-03-01T12:00:00Z') });
    await settle();
    const { fields } = await onlyItem();
    assert.deepEqual([fields.status, fields.completedon], ['Completed', '2026-03-01']);
  });

  it('TK-06: an open record that is due ahead reminds at the due time', async () => {
    await create({ scheduledend: new Date('2026-03-10T15:30:00Z') });
    await settle();
    const { mailbox } = scene.server.account('anna@ours.example');
    const item = mailbox.items.get((await onlyItem()).id);
    const content = item?.content;
    assert.ok(typeof content === 'object');
    assert.equal(content.properties.get('ReminderDueBy')?.text, '2026-03-10T15:30:00Z');
    assert.equal(content.properties.get('ReminderIsSet')?.text, 'true');
  });

  it('TK-08: a start without due date makes the server set one, which comes back', async () => {
    const id = await create({ scheduledstart: new Date('2026-03-09T08:00:00Z') });
    await settle();
    assert.equal((await onlyItem()).fields.duedate, '2026-03-09');
    await edit({ startdate: '2026-03-20' });
    await settle();
    assert.equal((await onlyItem()).fields.duedate, '2026-03-20');
    assert.equal((await task(id))?.scheduledend?.toISOString().slice(0, 10), '2026-03-20');
  });

  it('TK-09: a deleted record takes its item along, unless that is completed', async () => {
    const open = await create();
    await settle();
    await scene.database.records.delete('task', open);
    await settle();
    assert.equal((await scene.items('anna', 'tasks')).length, 0);
    const done = await create();
    await settle();
    await edit({ status: 'Completed' });
    await settle();
    await scene.database.records.delete('task', done);
    await settle();
    assert.equal((await scene.items('anna', 'tasks')).length, 1);
  });

  it('TK-10, TK-16, AC-26: 100 percent there completes the record; the link lasts though it left the filter', async () => {
    const id = await create();
    await settle();
    await edit({ percentcomplete: 100 });
    await settle();
    assert.deepEqual([(await task(id))?.statecode, (await task(id))?.statuscode], [1, 5]);
    await edit({ notes: 'Afterwards' });
    await settle();
    assert.equal((await task(id))?.description, 'Afterwards');
    await scene.database.records.update('task', id, {
      statecode: 0,
      statuscode: 2,
      percentcomplete: 0,
      actualend: null,
    });
    await settle();
    assert.equal((await onlyItem()).fields.status, 'NotStarted');
  });

  it('TK-11, ST-55: a deletion in Exchange deletes the record, or keeps it where the organisation says so', async () => {
    const first = await create();
    await settle();
    await scene.outlookOf('anna').remove(await onlyItem(), 'nobody', quietSignal);
    await settle();
    assert.equal(await task(first), undefined);
    await scene.setSwitch('SSSTaskDeletionSyncBehaviorFromExchange', 1);
    const second = await create();
    await settle();
    await scene.outlookOf('anna').remove(await onlyItem(), 'nobody', quietSignal);
    await settle();
    assert.notEqual(await task(second), undefined);
    assert.equal((await scene.items('anna', 'tasks')).length, 0);
  });

  it('TK-02, TK-12: a tracked task of Exchange becomes a task here, begun now; TK-13: a recurring one does not', async () => {
    const make = async (subject: string) => {
      const made = await scene.outlookOf('anna').create(
        {
          folder: 'tasks',
          kind: 'task',
          fields: { subject, status: 'InProgress', percentcomplete: 10, importance: 'high', duedate: '2026-04-01' },
          stamp: { organizationId: '', table: '', recordId: '' },
          notify: 'nobody',
          remindOn: null,
        },
        quietSignal,
      );
      return made.id;
    };
    const once = await make('Once');
    const often = await make('Often');
    const { mailbox } = scene.server.account('anna@ours.example');
    const item = mailbox.items.get(often);
    const content = item?.content;
    assert.ok(item !== undefined && typeof content === 'object');
    mailbox.changeItem(item, () =>
      content.properties.set('Recurrence', { name: 'Recurrence', ns: 't', attributes: {}, children: [], text: '' }),
    );
    scene.track('anna', once, true);
    scene.track('anna', often, true);
    await scene.turn('anna');
    await settle();
    const page = await scene.database.records.retrieveMultiple({ table: 'task' });
    assert.deepEqual(
      page.rows.map((row) => row.subject),
      ['Once'],
    );
    const [row] = page.rows;
    assert.deepEqual([row?.prioritycode, row?.statuscode, row?.percentcomplete], [2, 3, 10]);
    assert.ok(row?.actualstart);
    const refused = (await scene.links('anna')).find((link) => link.exchangeentryid === often);
    assert.match(refused?.lastsyncerror ?? '', /Recurring tasks are not synchronised/);
    assert.ok(refused?.mr_nexttryon);
  });

  it('AC-19: a text longer than its column is cut', async () => {
    const id = await create();
    await settle();
    await edit({ subject: 'x'.repeat(250) });
    await settle();
    assert.equal((await task(id))?.subject, 'x'.repeat(200));
    await settle();
    assert.equal((await onlyItem()).fields.subject, 'x'.repeat(250));
  });

  it('AC-18, SC-14: an item that cannot be written is tried again later, and the others go on', async () => {
    const bad = await create({ subject: 'Bad' });
    await create({ subject: 'Good' });
    scene.server.faults.add({
      operation: 'CreateItem',
      mailbox: 'anna@ours.example',
      does: 'error',
      item: 0,
      code: 'ErrorItemSave',
    });
    const outcome = await scene.turn('anna');
    assert.equal(outcome.error, undefined);
    assert.equal((await scene.items('anna', 'tasks')).length, 1);
    const failed = (await scene.links('anna')).find((link) => (link.retries ?? 0) > 0);
    assert.match(failed?.lastsyncerror ?? '', /refused CreateItem/);
    assert.ok(failed?.mr_nexttryon);
    await scene.clock.advance(600_000);
    await settle();
    assert.equal((await scene.items('anna', 'tasks')).length, 2);
    assert.equal(
      (await scene.links('anna')).every((link) => (link.retries ?? 0) === 0),
      true,
    );
    assert.notEqual(await task(bad), undefined);
  });
});
