import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Client } from 'pg';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { Database } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openDatabase } from '../../src/store/sql-database.ts';
import { createTestDatabase, openTestDatabase, type TestDatabase } from '../support/database.ts';

describe('change feed', () => {
  let test: TestDatabase;
  before(async () => {
    test = await openTestDatabase({ alone: true });
  });
  after(() => test.close());

  /** All changes after a cursor, page by page. */
  async function readAll(cursor: string | null, limit = 2) {
    const found: string[] = [];
    for (let at = cursor; ; ) {
      const page = await test.database.records.changesSince('contact', at, limit);
      found.push(...page.changes.map((change) => (change.kind === 'delete' ? `-${change.id}` : change.id)));
      at = page.cursor;
      if (!page.more) return { found, cursor: at };
    }
  }

  it('a row of a transaction that commits after a later one is not missed', async () => {
    const { database } = test;
    const { cursor } = await readAll(null);
    let late = '';
    let early = '';
    let during: Awaited<ReturnType<typeof readAll>> = { found: [], cursor: '' };
    await database.transaction(async (slow) => {
      late = await slow.records.create('contact', { lastname: 'first transaction, last commit' });
      early = await database.records.create('contact', { lastname: 'second transaction, first commit' });
      during = await readAll(cursor);
    });
    assert.deepEqual(during.found, [], 'nothing beyond the oldest open transaction is given out');
    const afterwards = await readAll(during.cursor);
    assert.deepEqual(new Set(afterwards.found), new Set([late, early]));
    assert.deepEqual((await readAll(afterwards.cursor)).found, []);
  });

  it('interleaved writers and a reader: every change is seen exactly as often as it must', async () => {
    const { database } = test;
    let { cursor } = await readAll(null);
    const seen = new Map<string, string>();
    const written = new Map<string, string>();
    let isWriting = true;
    const read = async () => {
      const page = await database.records.changesSince('contact', cursor, 7);
      for (const change of page.changes) {
        if (change.kind === 'delete') seen.delete(change.id);
        else seen.set(change.id, change.row.lastname ?? '');
      }
      cursor = page.cursor;
      return page.more;
    };
    const writer = async (name: string) => {
      for (let turn = 0; turn < 15; turn += 1) {
        await database.transaction(async ({ records }) => {
          const id = await records.create('contact', { lastname: `${name}${turn}` });
          if (turn % 3 === 0) await records.update('contact', id, { lastname: `${name}${turn}!` });
          if (turn % 5 === 4) await records.delete('contact', id);
          else written.set(id, turn % 3 === 0 ? `${name}${turn}!` : `${name}${turn}`);
        });
      }
    };
    const reading = (async () => {
      while (isWriting) await read();
    })();
    await Promise.all(['a', 'b', 'c'].map(writer));
    isWriting = false;
    await reading;
    while (await read());
    assert.deepEqual(new Map([...seen].sort()), new Map([...written].sort()));
  });

  it('deletions come after a cursor, not in a first reading; many changes of one transaction come in pages', async () => {
    const { records } = test.database;
    const id = await records.create('contact', { lastname: 'x' });
    const { cursor } = await readAll(null);
    await records.delete('contact', id);
    assert.deepEqual((await readAll(cursor)).found, [`-${id}`]);
    assert.ok(!(await readAll(null)).found.includes(`-${id}`));
    const before = await readAll(null);
    await records.createMany(
      'contact',
      Array.from({ length: 9 }, (_, index) => ({ lastname: `bulk${index}` })),
    );
    assert.equal(new Set((await readAll(before.cursor, 2)).found).size, 9);
  });

  it('activities can be followed as a whole', async () => {
    const { records } = test.database;
    const first = await records.changesSince('activitypointer', null, 100);
    const id = await records.create('task', { subject: 't' });
    const second = await records.changesSince('activitypointer', first.cursor, 100);
    assert.deepEqual(
      second.changes.map((change) => change.id),
      [id],
    );
    await records.delete('task', id);
    const third = await records.changesSince('activitypointer', second.cursor, 100);
    assert.deepEqual(third.changes, [{ kind: 'delete', id }]);
  });

  for (const role of ['the owner', 'an ordinary role']) {
    it(`read by ${role}: a long transaction of another database does not hold the feed back, one of this database does`, async () => {
      const elsewhere = await createTestDatabase('empty');
      const foreign = new Client({ connectionString: elsewhere.url });
      const own = new Client({ connectionString: test.url });
      await Promise.all([foreign.connect(), own.connect()]);
      const reader = role === 'the owner' ? test.database : await openAs('mr_feed_reader');
      try {
        await foreign.query('begin; select pg_current_xact_id()');
        const { cursor } = await readAll(null);
        const id = await test.database.records.create('contact', { lastname: 'while another database is busy' });
        const page = await reader.records.changesSince('contact', cursor, 10);
        assert.deepEqual(
          page.changes.map((change) => change.id),
          [id],
        );
        await own.query('begin; select pg_current_xact_id()');
        const late = await test.database.records.create('contact', { lastname: 'while this one is busy' });
        const held = await reader.records.changesSince('contact', page.cursor, 10);
        assert.deepEqual(held.changes, []);
        await own.query('commit');
        const after = await reader.records.changesSince('contact', held.cursor, 10);
        assert.deepEqual(
          after.changes.map((change) => change.id),
          [late],
        );
      } finally {
        await Promise.all([foreign.end(), own.end()]);
        await elsewhere.drop();
        if (reader !== test.database) await closeReader(reader);
      }
    });
  }

  /** The same database opened by a role that may see nothing of other sessions. */
  async function openAs(name: string): Promise<Database> {
    await test.database.sql(`create role ${name} login password 'reader'`);
    await test.database.sql(`grant select on all tables in schema public to ${name}`);
    const url = new URL(test.url);
    url.username = name;
    url.password = 'reader';
    return openDatabase({ url: url.href, secretBox: test.secretBox, clock: systemClock, log: silentLog });
  }

  async function closeReader(reader: Database): Promise<void> {
    await reader.close();
    await test.database.sql('drop owned by mr_feed_reader');
    await test.database.sql('drop role mr_feed_reader');
  }

  it('a cursor of another database is refused', async () => {
    const { records } = test.database;
    for (const cursor of ['999999999999:1', 'rubbish']) {
      await assert.rejects(records.changesSince('contact', cursor, 10), {
        code: 'mr_ChangeCursorUnknown',
        kind: 'conflict',
      });
    }
  });

  it('rows of a dump restored into another server come into the feed', async () => {
    const { database, url } = test;
    const id = await database.records.create('contact', { lastname: 'restored' });
    const before = await readAll(null);
    assert.ok(before.found.includes(id));
    await database.sql("update contact set mr_txid = '99999999999' where contactid = $1", [id]);
    assert.ok(!(await readAll(null)).found.includes(id));
    await migrate({ url, log: silentLog });
    assert.deepEqual((await readAll(before.cursor)).found, [id]);
  });
});
