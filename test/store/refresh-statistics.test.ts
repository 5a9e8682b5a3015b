import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { refreshStatistics } from '../../src/store/refresh-statistics.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

describe('what PostgreSQL knows of tables for its plans', () => {
  let test: TestDatabase;
  before(async () => {
    test = await openTestDatabase();
    // Its own counting, once a minute, shall not come between.
    await test.database.sql('alter table account set (autovacuum_enabled = off)');
  });
  after(() => test.close());

  const counted = async (table: string): Promise<number> => {
    const [row] = await test.database.sql<{ rows: number }>(
      'select reltuples::float8 as rows from pg_class where oid = $1::regclass',
      [table],
    );
    return row?.rows ?? Number.NaN;
  };
  const makeAccounts = (count: number) =>
    test.database.records.createMany(
      'account',
      Array.from({ length: count }, (_, index) => ({ name: `Account ${index}`, description: 'x'.repeat(500) })),
    );

  it('is refreshed for what grew by more than a tenth, and for that alone', async () => {
    const { database } = test;
    await makeAccounts(600);
    await database.records.create('contact', { lastname: 'Tanaka' });
    const contacts = await counted('contact');
    await refreshStatistics(database, ['account', 'contact']);
    assert.deepEqual([await counted('account'), await counted('contact')], [600, contacts]);
    await makeAccounts(10);
    await refreshStatistics(database, ['account', 'contact']);
    assert.equal(await counted('account'), 600);
    await makeAccounts(600);
    await refreshStatistics(database, ['account', 'contact']);
    assert.equal(await counted('account'), 1210);
  });

  it('is left to whoever counts a table already', async () => {
    await makeAccounts(2000);
    const known = await counted('account');
    await test.database.transaction(async ({ sql }) => {
      await sql('lock table account in share update exclusive mode');
      await refreshStatistics(test.database, ['account']);
    });
    assert.equal(await counted('account'), known);
    await refreshStatistics(test.database, ['account']);
    assert.equal(await counted('account'), known + 2000);
  });
});
