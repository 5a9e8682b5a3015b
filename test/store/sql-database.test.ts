import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { createLog, silentLog } from '../../src/base/log.ts';
import type { StoreScope } from '../../src/store/database.ts';
import { secretPlace } from '../../src/store/sealed-columns.ts';
import { openDatabase } from '../../src/store/sql-database.ts';
import { openTestDatabase, type TestDatabase, testSecretBox } from '../support/database.ts';

describe('database', () => {
  let test: TestDatabase;
  before(async () => {
    test = await openTestDatabase();
  });
  after(() => test.close());

  const options = { secretBox: testSecretBox, clock: systemClock, log: silentLog };

  it('a server that is not there is a transient error that names the setting', async () => {
    const url = 'postgres://nobody@127.0.0.1:1/none';
    await assert.rejects(openDatabase({ ...options, url }), (error: Error & { code: string; kind: string }) => {
      assert.deepEqual([error.code, error.kind], ['mr_DatabaseUnavailable', 'transient']);
      assert.match(error.message, /MAILROOM_DATABASE_URL/);
      return true;
    });
  });

  it('a deadlock is retried until both transactions are through', async () => {
    const { database } = test;
    const [a, b] = [await database.records.create('contact', {}), await database.records.create('contact', {})];
    let runs = 0;
    let waiting = 0;
    let open = (): void => undefined;
    const both = new Promise<void>((resolve) => {
      open = resolve;
    });
    const cross = (first: string, second: string) =>
      database.transaction(async ({ records }) => {
        runs += 1;
        await records.update('contact', first, { lastname: first });
        waiting += 1;
        if (waiting === 2) open();
        await both;
        await records.update('contact', second, { firstname: first });
      });
    await Promise.all([cross(a, b), cross(b, a)]);
    // One of them is ended; it may meet the other once more before that one gets on.
    assert.ok(runs >= 3 && runs <= 6, `${runs} runs`);
    const rows = await Promise.all(
      [a, b].map((id) => database.records.retrieve('contact', id, ['lastname', 'firstname'])),
    );
    assert.deepEqual(
      rows.map((row) => [row?.lastname, row?.firstname]),
      [
        [a, b],
        [b, a],
      ],
    );
  });

  it('a serialization failure is given up after three runs', async () => {
    let runs = 0;
    const failing = test.database.transaction(async (scope) => {
      runs += 1;
      await scope.sql("do $$ begin raise exception 'no' using errcode = '40001'; end $$");
    });
    await assert.rejects(failing, { code: 'mr_DatabaseBusy', kind: 'transient' });
    assert.equal(runs, 3);
  });

  it('a connection cut in a transaction is a transient error; the pool goes on', async () => {
    const { database } = test;
    const cut = database.transaction(async (scope) => {
      const [row] = await scope.sql<{ pid: number }>('select pg_backend_pid() as pid');
      await database.sql('select pg_terminate_backend($1)', [row?.pid]);
      await scope.records.create('contact', {});
    });
    await assert.rejects(cut, { code: 'mr_DatabaseUnavailable', kind: 'transient' });
    assert.equal((await database.sql<{ one: number }>('select 1 as one'))[0]?.one, 1);
  });

  it('SE-05: an idle connection that is cut is logged in words, without settings or secrets, and the pool goes on', async () => {
    const lines: string[] = [];
    let told = (): void => {};
    const logged = new Promise<void>((resolve) => {
      told = resolve;
    });
    const destination = new Writable({
      write: (chunk, _encoding, done) => {
        lines.push(String(chunk));
        told();
        done();
      },
    });
    const url = new URL(test.url);
    url.searchParams.set('application_name', 'se-05-setting');
    const database = await openDatabase({ ...options, url: url.href, log: createLog('warn', destination) });
    try {
      const [row] = await database.sql<{ pid: number }>('select pg_backend_pid() as pid');
      await test.database.sql('select pg_terminate_backend($1)', [row?.pid]);
      await logged;
      assert.match(lines[0] ?? '', /idle database connection lost/);
      assert.doesNotMatch(lines.join(''), /secretKey|connectionParameters|password|se-05-setting/);
      assert.equal((await database.sql<{ one: number }>('select 1 as one'))[0]?.one, 1);
    } finally {
      await database.close();
    }
  });

  it('a statement that takes too long ends with a transient error', async () => {
    const database = await openDatabase({ ...options, url: test.url, statementTimeoutMs: 50 });
    try {
      await assert.rejects(database.sql('select pg_sleep(20)'), { code: 'mr_DatabaseBusy', kind: 'transient' });
    } finally {
      await database.close();
    }
  });

  it('a scope cannot be used once its transaction has ended', async () => {
    let kept: StoreScope | undefined;
    await test.database.transaction(async (scope) => {
      kept = scope;
    });
    await assert.rejects(async () => kept?.records.create('contact', {}), { kind: 'internal' });
  });

  it('statements of one transaction may be started together', async () => {
    const ids = await test.database.transaction(({ records }) =>
      Promise.all(Array.from({ length: 5 }, () => records.create('contact', {}))),
    );
    assert.equal(new Set(ids).size, 5);
  });

  it('of statements started together all behind one that failed fail as it did, and nothing is kept', async () => {
    const { database } = test;
    const subject = randomUUID();
    const failing = database.transaction(async ({ records, sql }) => {
      const outcomes = await Promise.allSettled([
        records.create('task', { subject }),
        sql('select 1 / 0'),
        records.create('task', { subject }),
        sql('select 2'),
      ]);
      const told = outcomes.map((one) => (one.status === 'rejected' ? (one.reason as Error).message : 'done'));
      assert.equal(told[0], 'done');
      assert.match(told[1] ?? '', /22012|division by zero/);
      assert.deepEqual(new Set(told.slice(1)).size, 1, told.join('; '));
    });
    await assert.rejects(failing, /22012|division by zero/);
    const filter = { column: 'subject', operator: 'eq', value: subject } as const;
    assert.equal((await database.records.retrieveMultiple({ table: 'task', filter })).rows.length, 0);
    for (let round = 0; round < 12; round += 1) await database.transaction(({ sql }) => sql('select 3'));
  });

  it('a transaction is not committed before all its statements are answered, awaited or not', async () => {
    const { database } = test;
    const subject = randomUUID();
    const careless = database.transaction(async ({ records, sql }) => {
      await records.create('task', { subject });
      sql('select 1 / 0').catch(() => undefined);
    });
    await assert.rejects(careless, /22012|division by zero/);
    const filter = { column: 'subject', operator: 'eq', value: subject } as const;
    assert.equal((await database.records.retrieveMultiple({ table: 'task', filter })).rows.length, 0);
  });

  it('a statement prepared behind one that failed is prepared anew the next time', async () => {
    const database = await openDatabase({ ...options, url: test.url, maxConnections: 1 });
    const statement = `select $1::integer + ${Math.floor(Math.random() * 1e9)} as sum`;
    try {
      // From its second time on it has a name.
      await database.sql(statement, [1]);
      await assert.rejects(
        database.transaction(({ sql }) => Promise.all([sql('select 1 / 0'), sql(statement, [1]), sql(statement, [2])])),
        /22012|division by zero/,
      );
      const [one, other] = await database.transaction(({ sql }) =>
        Promise.all([sql<{ sum: number }>(statement, [1]), sql<{ sum: number }>(statement, [2])]),
      );
      assert.equal((other[0]?.sum ?? 0) - (one[0]?.sum ?? 0), 1);
    } finally {
      await database.close();
    }
  });

  it('EP-22: secrets are sealed in their row and column; an empty one is none', async () => {
    const { records } = test.database;
    const id = await records.create('mailbox', { name: 'm', password: 'päss', oauthrefreshtoken: 'tok' });
    const row = await records.retrieve('mailbox', id, ['password', 'oauthrefreshtoken']);
    assert.equal(testSecretBox.open(row?.password ?? '', secretPlace('mailbox', id, 'password')), 'päss');
    assert.equal(
      testSecretBox.open(row?.oauthrefreshtoken ?? '', secretPlace('mailbox', id, 'oauthrefreshtoken')),
      'tok',
    );
    await records.update('mailbox', id.toUpperCase(), { password: 'new' });
    const changed = await records.retrieve('mailbox', id, ['password']);
    assert.equal(testSecretBox.open(changed?.password ?? '', secretPlace('mailbox', id, 'password')), 'new');
    await records.update('mailbox', id, { password: '' });
    assert.equal((await records.retrieve('mailbox', id, ['password']))?.password, null);
    const every = records.updateWhere('mailbox', { column: 'name', operator: 'eq', value: 'm' }, { password: 'x' });
    await assert.rejects(every, { code: '80040203' });
  });

  it('locked rows are left out, or waited for', async () => {
    const { database } = test;
    const ids = [
      await database.records.create('task', { subject: 'lock' }),
      await database.records.create('task', { subject: 'lock' }),
    ];
    const filter = { column: 'subject', operator: 'eq', value: 'lock' } as const;
    await database.transaction(async (first) => {
      const taken = await first.records.retrieveMultiple({ table: 'task', filter, limit: 1, lock: 'skipLocked' });
      assert.equal(taken.rows.length, 1);
      await database.transaction(async (second) => {
        const rest = await second.records.retrieveMultiple({ table: 'task', filter, lock: 'skipLocked' });
        assert.deepEqual([...taken.rows, ...rest.rows].map((row) => row.activityid).sort(), ids.sort());
      });
    });
  });

  it('an error tells no values of rows', async () => {
    const contactid = randomUUID();
    await test.database.records.create('contact', { contactid });
    await assert.rejects(
      test.database.records.create('contact', { contactid }),
      (error: Error) => !error.message.includes(contactid),
    );
  });

  describe('in a pipeline', () => {
    const pid = 'select pg_backend_pid() as pid';

    it('statements go over one connection in the order asked; each stands for itself', async () => {
      const { database } = test;
      const [first, second] = [randomUUID(), randomUUID()];
      const [before, made, failed, seen, after] = await database.pipelined(({ sql, records }) =>
        Promise.allSettled([
          sql<{ pid: number }>(pid),
          records.create('contact', { contactid: first, lastname: second }),
          sql('select 1 / 0'),
          sql<{ lastname: string }>('select lastname from contact where contactid = $1::uuid', [first]),
          sql<{ pid: number }>(pid),
        ]),
      );
      assert.equal(made.status, 'fulfilled', 'the error behind it does not take it back');
      assert.equal(failed.status, 'rejected');
      assert.deepEqual(seen.status === 'fulfilled' && seen.value, [{ lastname: second }]);
      assert.deepEqual(before, after, 'the same connection');
      assert.equal((await database.records.retrieve('contact', first, ['lastname']))?.lastname, second);
    });

    it('a transaction within it is one of its own', async () => {
      const { database } = test;
      const id = randomUUID();
      await assert.rejects(
        database.pipelined(() =>
          database.transaction(async ({ records }) => {
            await records.create('contact', { contactid: id });
            throw new Error('not to be kept');
          }),
        ),
        /not to be kept/,
      );
      assert.equal(await database.records.retrieve('contact', id), undefined);
    });

    it('a connection that is cut fails all that was not answered, and is not used again', async () => {
      const { database } = test;
      for (let round = 0; round < 3; round += 1) {
        const cut = await database.pipelined(({ sql }) =>
          Promise.allSettled([sql('select pg_terminate_backend(pg_backend_pid())'), sql('select 1'), sql('select 2')]),
        );
        for (const { status, ...rest } of cut) {
          assert.equal(status, 'rejected');
          assert.equal('reason' in rest && rest.reason.code, 'mr_DatabaseUnavailable');
        }
        assert.deepEqual(await database.sql('select 1 as one'), [{ one: 1 }]);
      }
    });
  });
});
