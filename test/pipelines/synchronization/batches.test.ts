import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { MailroomError } from '../../../src/base/errors.ts';
import type { ActPort } from '../../../src/contracts/act-port.ts';
import { contentOf } from '../../../testbed/exchange/items/item-content.ts';
import { el } from '../../../testbed/exchange/xml/xml-node.ts';
import { type ActScene, addFilter, openActScene, quietSignal } from '../../support/act-scene.ts';
import { seeded } from '../../support/organisation.ts';

const takesPart = (table: string): string =>
  `<fetch><entity name="${table}"><link-entity name="activityparty" from="activityid" to="activityid" link-type="any"><filter><condition attribute="partyid" operator="eq-userid"/></filter></link-entity></entity></fetch>`;
const noStamp = { organizationId: '', table: '', recordId: '' };
const count = 7;
/** Two batches and a piece. */
const many = 230;

const cut = (): MailroomError =>
  new MailroomError('cut', { code: 'mr_TestTrouble', kind: 'transient', uncertain: true });

/** A port of which some methods are others. */
function withMethods(port: ActPort, methods: Partial<ActPort>): ActPort {
  return new Proxy(port, {
    get(target, name) {
      const value: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

describe('many pairs of one cycle', () => {
  let scene: ActScene;
  beforeEach(async () => {
    scene = await openActScene();
    await addFilter(scene, 'anna', 'task');
    for (const table of ['appointment', 'recurringappointmentmaster'])
      await addFilter(scene, 'anna', table, takesPart(table));
  });
  afterEach(() => scene.close());

  const asked = (operation: string): number =>
    scene.server.requests.filter((request) => request.operation === operation).length;
  /** Requests of each kind while `work` runs. */
  const askedIn = async (work: () => Promise<unknown>): Promise<(operation: string) => number> => {
    const kinds = ['GetItem', 'CreateItem', 'UpdateItem'];
    const before = new Map(kinds.map((kind) => [kind, asked(kind)]));
    await work();
    const after = new Map(kinds.map((kind) => [kind, asked(kind) - (before.get(kind) ?? 0)]));
    return (operation) => after.get(operation) ?? 0;
  };
  /** Appointments that the owner tracked in Exchange, every third a series; returns their ids. */
  const trackedItems = async (items = count): Promise<readonly string[]> => {
    const ids: string[] = [];
    for (let number = 0; number < items; number += 1) {
      const isSeries = number % 3 === 0;
      const start = new Date(Date.UTC(2026, 3, 1 + number, 9));
      const end = new Date(start.getTime() + 1_800_000);
      const when = isSeries
        ? {
            recurrence: {
              pattern: { kind: 'daily', interval: 1 },
              startDate: start.toISOString().slice(0, 10),
              end: { kind: 'count', count: 3 },
              zone: 'Europe/Berlin',
              startMinutes: 540,
              durationMinutes: 30,
              isAllDay: false,
            },
          }
        : { time: { start: start.toISOString(), end: end.toISOString(), isAllDay: false, zone: 'Europe/Berlin' } };
      const made = await scene.outlookOf('anna').create(
        {
          folder: 'calendar',
          kind: isSeries ? 'series' : 'appointment',
          fields: { subject: `Item ${number}`, showAs: 'busy', location: 'Hall', ...when },
          stamp: noStamp,
          notify: 'nobody',
          remindOn: null,
        },
        quietSignal,
      );
      scene.track('anna', made.id, true);
      ids.push(made.id);
    }
    return ids;
  };
  const subjects = async (table: 'appointment' | 'recurringappointmentmaster'): Promise<readonly string[]> => {
    const filter =
      table === 'appointment'
        ? ({ column: 'instancetypecode', operator: 'eq', value: 0 } as const)
        : ({ and: [] } as const);
    const page = await scene.database.records.retrieveMultiple({
      table: table as 'appointment',
      columns: ['subject'],
      filter,
    });
    return page.rows.map((row) => row.subject ?? '').sort();
  };
  /** Links of which item and record are at the versions known. */
  const settledLinks = async (): Promise<number> => {
    const [row] = await scene.database.sql<{ count: number }>(
      'select count(*)::int as count from exchangesyncidmapping where mr_changekey is not null and mr_recordversion is not null and mr_lastsyncedon is not null',
    );
    return row?.count ?? 0;
  };
  /** No item without a record, no record twice or without an item. */
  const everyItemHasItsRecord = async (): Promise<void> => {
    const items = await scene.items('anna', 'calendar');
    const stamped = items.map(({ stamp }) => stamp?.recordId ?? '').sort();
    const linked = (await scene.links('anna')).map(({ objectid }) => objectid ?? '').sort();
    assert.deepEqual(stamped, linked);
    assert.equal(new Set(stamped).size, many);
    const records = [...(await subjects('appointment')), ...(await subjects('recurringappointmentmaster'))];
    assert.equal(records.length, many);
  };
  const createTasks = async (): Promise<void> => {
    for (let number = 0; number < count; number += 1)
      await scene
        .storeOf('anna')
        .create('task', { subject: `Task ${number}`, ownerid: { table: 'systemuser', id: seeded.anna } });
  };

  it('AC-04, AC-06, AC-21: items become records with one request for their stamps, and are settled in the same cycle', async () => {
    await trackedItems();
    const requests = await askedIn(() => scene.turn('anna'));
    assert.deepEqual([requests('GetItem'), requests('UpdateItem'), requests('CreateItem')], [2, 1, 0]);
    assert.deepEqual(await subjects('appointment'), ['Item 1', 'Item 2', 'Item 4', 'Item 5']);
    assert.deepEqual(await subjects('recurringappointmentmaster'), ['Item 0', 'Item 3', 'Item 6']);
    const links = await scene.links('anna');
    assert.equal(links.length, count);
    assert.equal(await settledLinks(), count);
    for (const item of await scene.items('anna', 'calendar')) {
      const link = links.find(({ exchangeentryid }) => exchangeentryid === item.id);
      assert.equal(item.stamp?.recordId, link?.objectid);
    }
    const again = await scene.turn('anna');
    assert.deepEqual([again.itemsProcessed, again.itemsFailed, again.more], [0, 0, false]);
    const series = await scene.database.records.count('appointment', {
      column: 'instancetypecode',
      operator: 'eq',
      value: 2,
    });
    assert.equal(series, 9, 'AA-25: the instances of the three series');
  });

  it('AC-06, AC-18: an item that the rules refuse hinders no other of its batch, and is noted by itself', async () => {
    const ids = await trackedItems();
    const { mailbox } = scene.server.account('anna@ours.example');
    const bad = mailbox.items.get(ids[1] ?? '');
    assert.ok(bad);
    mailbox.changeItem(bad, () => contentOf(bad, mailbox).properties.set('End', el('End', '2026-03-01T09:00:00Z')));
    const outcome = await scene.turn('anna');
    assert.deepEqual([outcome.error, outcome.itemsProcessed, outcome.itemsFailed], [undefined, count - 1, 1]);
    assert.deepEqual(await subjects('appointment'), ['Item 2', 'Item 4', 'Item 5']);
    const failed = (await scene.links('anna')).filter((link) => (link.retries ?? 0) > 0);
    assert.deepEqual(
      failed.map((link) => link.exchangeentryid),
      [ids[1]],
    );
    assert.match(failed[0]?.lastsyncerror ?? '', /scheduledend lies before/);
  });

  it('AC-18: a stamp that Exchange refuses is that item’s trouble alone, and no record is made twice', async () => {
    await trackedItems();
    scene.server.faults.add({ operation: 'UpdateItem', does: 'error', item: 4, code: 'ErrorItemSave' });
    const outcome = await scene.turn('anna');
    assert.deepEqual([outcome.error, outcome.itemsFailed], [undefined, 1]);
    const failed = (await scene.links('anna')).filter((link) => (link.retries ?? 0) > 0);
    assert.equal(failed.length, 1);
    assert.ok(failed[0]?.objectid, 'the record is there');
    await scene.clock.advance(600_000);
    await scene.settle('anna');
    const items = await scene.items('anna', 'calendar');
    assert.equal(new Set(items.map(({ stamp }) => stamp?.recordId)).size, count, 'each bears its own record');
    assert.equal((await subjects('appointment')).length, 4);
    assert.equal((await subjects('recurringappointmentmaster')).length, 3);
    assert.equal((await scene.links('anna')).length, count);
  });

  it('AC-18: a request that Exchange cannot read is taken apart, and what is good in it is written', async () => {
    await trackedItems();
    scene.server.faults.add({ operation: 'UpdateItem', does: 'fault', code: 'ErrorSchemaValidation' });
    const requests = await askedIn(() => scene.turn('anna'));
    assert.equal(requests('UpdateItem'), 1 + count);
    assert.equal(await settledLinks(), count);
  });

  it('AC-10, AC-12: a record that is deleted while its item still waits for the stamp takes the item along', async () => {
    await trackedItems();
    scene.server.faults.add({ operation: 'UpdateItem', does: 'cut', acts: true });
    assert.notEqual((await scene.turn('anna')).error, undefined);
    for (const link of await scene.links('anna')) {
      const table = link.objecttypecode === 4201 ? 'appointment' : 'recurringappointmentmaster';
      await scene.storeOf('anna').delete(table, link.objectid ?? '');
    }
    await scene.database.records.update('organization', seeded.organization, {
      orgdborgsettings:
        '<OrgSettings><mr_ActMostDeletions>1000</mr_ActMostDeletions><mr_ActMostDeletionPercent>100</mr_ActMostDeletionPercent></OrgSettings>',
    });
    await scene.settle('anna');
    assert.deepEqual(await scene.items('anna', 'calendar'), []);
  });

  it('AC-21, AC-22: records become items with one request, and a repeat makes none', async () => {
    await createTasks();
    const requests = await askedIn(() => scene.turn('anna'));
    assert.equal(requests('CreateItem'), 1);
    assert.equal((await scene.items('anna', 'tasks')).length, count);
    await scene.settle('anna');
    const after = await askedIn(() => scene.turn('anna'));
    assert.deepEqual([after('CreateItem'), after('UpdateItem'), after('GetItem')], [0, 0, 0]);
    assert.equal(await settledLinks(), count);
  });

  it('AC-21: broken off in the middle of making many items, a repeat finds those that were made', async () => {
    await createTasks();
    const half = (port: ActPort): ActPort =>
      withMethods(port, {
        createMany: async (folder, items, signal) => {
          await port.createMany(folder, items.slice(0, 3), signal);
          throw cut();
        },
      });
    assert.equal((await scene.turn('anna', { port: half })).error?.code, 'mr_TestTrouble');
    assert.equal((await scene.items('anna', 'tasks')).length, 3);
    await scene.settle('anna');
    const titles = (await scene.items('anna', 'tasks')).map(({ title }) => title).sort();
    assert.deepEqual(
      titles,
      Array.from({ length: count }, (_, number) => `Task ${number}`),
    );
    assert.equal((await scene.links('anna')).length, count);
  });

  it('AC-21: the next hundred are read before the items of one are stamped, and each item gets its own record', async () => {
    await trackedItems(many);
    const deeds: string[] = [];
    const watched = (port: ActPort): ActPort =>
      withMethods(port, {
        get: (folder, ids, signal, files) => {
          deeds.push(`read ${ids.length}`);
          return port.get(folder, ids, signal, files);
        },
        updateMany: (updates, signal) => {
          deeds.push(`stamp ${updates.length}`);
          return port.updateMany(updates, signal);
        },
      });
    const outcome = await scene.turn('anna', { port: watched });
    assert.deepEqual([outcome.error, outcome.itemsProcessed, outcome.itemsFailed], [undefined, many, 0]);
    assert.deepEqual(deeds.slice(0, 3), ['read 100', 'read 100', 'stamp 100']);
    assert.deepEqual([...deeds].sort(), ['read 100', 'read 100', 'read 30', 'stamp 100', 'stamp 100', 'stamp 30']);
    assert.equal(await settledLinks(), many);
    await everyItemHasItsRecord();
  });

  for (const acts of [false, true])
    it(`AC-21: broken off while a hundred are stamped${acts ? ', the answer lost' : ''}, nothing goes on, and a repeat finishes`, async () => {
      await trackedItems(many);
      let [stamping, underWay] = [0, 0];
      const counted = async <T>(work: () => Promise<T>): Promise<T> => {
        underWay += 1;
        try {
          return await work();
        } finally {
          underWay -= 1;
        }
      };
      const broken = (port: ActPort): ActPort =>
        withMethods(port, {
          get: (...given) => counted(() => port.get(...given)),
          updateMany: (...given) =>
            counted(async () => {
              stamping += 1;
              if (stamping !== 2) return port.updateMany(...given);
              if (acts) await port.updateMany(...given);
              throw cut();
            }),
        });
      const outcome = await scene.turn('anna', { port: broken });
      assert.deepEqual([outcome.error?.code, stamping, underWay], ['mr_TestTrouble', 2, 0]);
      await scene.settle('anna');
      assert.equal((await scene.links('anna')).length, many);
      assert.equal(await settledLinks(), many);
      await everyItemHasItsRecord();
    });

  it('AA-42: of two copies of one meeting the second finds the record that the first made', async () => {
    const [first] = await trackedItems();
    const { mailbox } = scene.server.account('anna@ours.example');
    const item = mailbox.items.get(first ?? '');
    assert.ok(item);
    const uid = contentOf(item, mailbox).properties.get('UID');
    assert.ok(uid);
    for (const other of mailbox.folderNamed('calendar').byArrival) {
      if (other.subject !== 'Item 3') continue;
      mailbox.changeItem(other, () => contentOf(other, mailbox).properties.set('UID', uid));
    }
    await scene.turn('anna');
    assert.deepEqual((await subjects('recurringappointmentmaster')).length, 2);
  });
});
