import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { startFrom } from '../../../src/app/act-operations.ts';
import { undoAct } from '../../../src/pipelines/synchronization/undo.ts';
import { type ActScene, addFilter, openActScene, ownActive, quietSignal } from '../../support/act-scene.ts';
import { seeded } from '../../support/organisation.ts';

describe('the first synchronisation of a mailbox', () => {
  let scene: ActScene;
  beforeEach(async () => {
    scene = await openActScene();
    await scene.database.records.update('mailbox', seeded.annasMailbox, { mr_actstartdate: null });
    await addFilter(scene, 'anna', 'contact');
    await addFilter(scene, 'anna', 'task');
    await addFilter(scene, 'anna', 'appointment', ownActive('appointment').replace('value="0"', 'value="3"'));
  });
  afterEach(() => scene.close());

  const mailbox = async () => (await scene.database.records.retrieve('mailbox', seeded.annasMailbox)) ?? {};
  const ownerid = { table: 'systemuser', id: seeded.anna };
  const appointment = (subject: string, day: string) =>
    scene.storeOf('anna').create('appointment', {
      subject,
      ownerid,
      scheduledstart: new Date(`${day}T09:00:00Z`),
      scheduledend: new Date(`${day}T10:00:00Z`),
      statecode: 3,
      statuscode: 5,
    });
  const begin = async (from: Date | null): Promise<void> => {
    const parts = { database: scene.database, leases: { schedule: async () => {} }, now: scene.clock.now() };
    await startFrom(parts, await mailbox(), from);
  };
  const titles = async (folder: 'calendar' | 'tasks' | 'contacts') =>
    (await scene.items('anna', folder)).map(({ title }) => title).sort();
  const fill = async (): Promise<void> => {
    await appointment('Old', '2025-01-10');
    await appointment('Coming', '2026-05-01');
    await scene
      .storeOf('anna')
      .create('task', { subject: 'Due long ago', ownerid, scheduledend: new Date('2025-01-01') });
    await scene.storeOf('anna').create('task', { subject: 'Any time', ownerid });
    await scene.storeOf('anna').create('contact', { lastname: 'One', ownerid });
  };

  it('lets PostgreSQL count what it filled, once it is over', async () => {
    const { sql, records } = scene.database;
    await sql('alter table contact set (autovacuum_enabled = off)');
    const counted = async (): Promise<number> => {
      const [row] = await sql<{ rows: number }>(
        "select reltuples::float8 as rows from pg_class where oid = 'contact'::regclass",
      );
      return row?.rows ?? Number.NaN;
    };
    const others = Array.from({ length: 400 }, (_, index) => ({
      lastname: `Other ${index}`,
      description: 'x'.repeat(500),
    }));
    await records.createMany('contact', others);
    await fill();
    await begin(null);
    const known = await counted();
    assert.equal((await scene.turn('anna', { maxItems: 2 })).more, true);
    assert.equal(await counted(), known);
    await scene.settle('anna');
    assert.ok((await counted()) > 400, `${known} before`);
    assert.ok(known < 400);
  });

  it('asks for a start date with counts and does nothing until it has one, then shows how far it is', async () => {
    await fill();
    for (let round = 0; round < 2; round += 1) assert.equal((await scene.turn('anna')).itemsProcessed, 0);
    const asked = await mailbox();
    assert.match(
      asked.mr_actquestion ?? '',
      /Of everything: 1 in contacts, 2 in tasks, 2 in calendar would be made in Exchange and 0 records here\. Of what is not over yet: 1 in contacts, 1 in tasks, 1 in calendar/,
    );
    const alerts = await scene.database.records.retrieveMultiple({
      table: 'tracelog',
      filter: { column: 'mr_code', operator: 'eq', value: 'mr_ActFirstRun' },
    });
    assert.deepEqual(
      alerts.rows.map(({ mr_count }) => mr_count),
      [2],
    );
    assert.deepEqual(await titles('contacts'), []);
    await begin(new Date('2026-01-01T00:00:00Z'));
    assert.equal((await scene.turn('anna', { maxItems: 2 })).more, true);
    const half = await mailbox();
    assert.deepEqual([half.mr_actfirsttotal, half.mr_actfirstdone, half.mr_actfirstcompletedon], [3, 2, null]);
    await scene.settle('anna');
    const done = await mailbox();
    assert.deepEqual([done.mr_actfirsttotal, done.mr_actfirstdone, done.mr_actquestion], [3, 3, null]);
    assert.ok(done.mr_actfirstcompletedon);
    assert.deepEqual(
      [await titles('calendar'), await titles('tasks'), await titles('contacts')],
      [['Coming'], ['Any time'], ['One']],
    );
  });

  it('leaves what was over before alone later as well, but not what is linked', async () => {
    await begin(new Date('2026-01-01T00:00:00Z'));
    const id = await appointment('Moves back', '2026-05-01');
    await appointment('Over', '2025-12-01');
    await scene.settle('anna');
    await scene.storeOf('anna').update('appointment', id, {
      scheduledstart: new Date('2025-11-01T09:00:00Z'),
      scheduledend: new Date('2025-11-01T10:00:00Z'),
    });
    await scene.settle('anna');
    const [item, ...others] = await scene.items('anna', 'calendar');
    assert.equal(others.length, 0);
    assert.equal((item?.fields.time as { readonly start?: string } | undefined)?.start, '2025-11-01T09:00:00.000Z');
  });

  it('asks nothing where there is nothing to make, or the organisation does not want it', async () => {
    await scene.settle('anna');
    assert.equal((await mailbox()).mr_actquestion ?? null, null);
    await scene.database.sql("delete from mr_cursor where work = 'act'");
    await fill();
    await scene.setSwitch('mr_ActAsksForStart', false);
    await scene.settle('anna');
    assert.deepEqual(await titles('calendar'), ['Coming', 'Old']);
  });

  it('can be undone: its items go and the question comes again', async () => {
    await fill();
    await begin(null);
    await scene.settle('anna');
    assert.equal((await scene.items('anna', 'tasks')).length, 2);
    const done = await undoAct(scene.database, scene.outlookOf('anna'), seeded.annasMailbox, quietSignal);
    assert.deepEqual(done, { deleted: 5, kept: 0, isComplete: true });
    await scene.turn('anna');
    assert.match((await mailbox()).mr_actquestion ?? '', /From when on/);
    assert.deepEqual(await titles('tasks'), []);
  });
});
