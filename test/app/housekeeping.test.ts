import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHousekeeping } from '../../src/app/housekeeping.ts';
import { housekeepingTasks } from '../../src/app/housekeeping-tasks.ts';
import { silentLog } from '../../src/base/log.ts';
import { createTokenStore } from '../../src/webapi/token-store.ts';
import { heldClock } from '../support/clock.ts';
import { openTestDatabase } from '../support/database.ts';

test('each task runs when its time has come, and one that fails does not stop the next', async () => {
  const clock = heldClock(new Date('2024-05-15T12:00:00Z'));
  const ran: string[] = [];
  const task = (name: string, everyMs: number, fails = false) => ({
    name,
    everyMs,
    run: async () => {
      ran.push(name);
      if (fails) throw new Error('disk full');
      return 1;
    },
  });
  const keeping = createHousekeeping([task('a', 1000, true), task('b', 5000)], clock, silentLog);
  await keeping.runDue();
  await keeping.runDue();
  assert.deepEqual(ran, ['a', 'b']);
  await clock.advance(1000);
  await keeping.runDue();
  assert.deepEqual(ran, ['a', 'b', 'a']);
});

test('AT-04: what nothing needs any more is gone after a day, what is in use stays', async () => {
  const clock = heldClock(new Date('2024-05-15T12:00:00Z'));
  const opened = await openTestDatabase({ clock });
  const { database } = opened;
  try {
    const tokens = createTokenStore({
      sql: (text, values) => database.sql(text, values),
      clock,
      describeUser: async () => undefined,
    });
    const systemuserid = '00000000-0000-4000-8000-000000000001';
    await tokens.issue({ systemuserid, kind: 'session', name: 's', lifetimeMs: 1000 });
    await tokens.issue({ systemuserid, kind: 'api', name: 'a', lifetimeMs: null });
    await database.sql(
      'insert into mr_upload (token, tablename, systemuserid, createdon) values ($1, $2, $3::uuid, $4)',
      ['t', 'annotation', systemuserid, clock.now()],
    );
    const [used] = await database.blobs.put([Buffer.from('used'), Buffer.from('orphan')]);
    await database.records.create('activitymimeattachment', {
      filename: 'x',
      attachmentnumber: 1,
      mr_blob: used ?? null,
    });
    await database.records.create('organization', {
      name: 'Ours',
      mr_decisionretentiondays: 1,
      tracelogmaximumageindays: 1,
    });
    await database.records.create('mr_maildecision', { mr_subject: 'MO-08: kept for a day here' });
    const resolved = { text: 'MO-10: resolved', mr_resolvedon: clock.now() };
    await database.records.create('tracelog', resolved);
    await database.records.create('tracelog', { text: 'MO-10: open' });
    await clock.advance(24 * 3_600_000 + 1001);
    await createHousekeeping(
      housekeepingTasks({ database, systemUserId: systemuserid, clock }, tokens, 'http://mailroom.test'),
      clock,
      silentLog,
    ).runDue();
    const count = async (table: string) =>
      Number((await database.sql<{ n: string }>(`select count(*) as n from ${table}`))[0]?.n);
    assert.equal(await count('mr_maildecision'), 0);
    assert.equal(await count('tracelog'), 1);
    assert.deepEqual([await count('mr_token'), await count('mr_upload'), await count('mr_blob')], [1, 0, 1]);
  } finally {
    await opened.close();
  }
});
