import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { pageSql } from '../../src/store/query-sql.ts';
import type { Filter, Query } from '../../src/store/record-store.ts';
import { createSelectPlan } from '../../src/store/row-codec.ts';
import { layoutOf } from '../../src/store/table-layout.ts';
import type { TableName } from '../../src/tables/catalog.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

const name = fc.constantFrom('ada', 'Ada', 'bo', 'ÄNNE', 'änne', 'ß', 'x y', '');
const account = fc.record({
  name,
  address1_city: fc.constantFrom('one', 'two', null),
  telephone1: fc.option(fc.nat(20).map(String)),
});
const key = fc.oneof(name, fc.constantFrom('ADA', 'none', 'Änne', 'a%', '"{}'));

describe('rows of many keys', () => {
  let test: TestDatabase;
  before(async () => {
    test = await openTestDatabase();
  });
  after(() => test.close());

  it('are the same whether looked up key by key or filtered, with other conditions, orders and pages', async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(account, { minLength: 1, maxLength: 25 }),
        fc.array(key, { minLength: 9, maxLength: 20 }),
        fc.boolean(),
        fc.boolean(),
        async (accounts, keys, descending, isOneOnly) => {
          round += 1;
          const { records } = test.database;
          const accountnumber = `round ${round}`;
          await records.createMany(
            'account',
            accounts.map((one) => ({ ...one, accountnumber })),
          );
          const own: Filter = { column: 'accountnumber', operator: 'eq', value: accountnumber };
          const among: Filter = { column: 'name', operator: 'in', value: keys };
          const one: readonly Filter[] = isOneOnly ? [{ column: 'address1_city', operator: 'eq', value: 'one' }] : [];
          const query: Query<'account'> = {
            table: 'account',
            columns: ['name', 'address1_city', 'telephone1'],
            filter: { and: [own, among, ...one] },
            orderBy: [{ column: 'telephone1', descending }],
          };
          const lookedUp = await records.retrieveMultiple(query);
          const filtered = await records.retrieveMultiple({ ...query, limit: 999 });
          assert.deepEqual(lookedUp.rows, filtered.rows);
          const wanted = new Set(keys.map((text) => text.toLowerCase()));
          const expected = accounts.filter(
            (row) => wanted.has(row.name.toLowerCase()) && (!isOneOnly || row.address1_city === 'one'),
          );
          assert.equal(lookedUp.rows.length, expected.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('come page by page', async () => {
    const { records } = test.database;
    const names = Array.from({ length: 2_500 }, (_, index) => `many ${index % 12}`);
    await records.createMany(
      'account',
      names.map((name) => ({ name })),
    );
    const filter: Filter = { column: 'name', operator: 'in', value: [...new Set(names)] };
    const seen = new Set<string>();
    let token: string | undefined;
    do {
      const page = await records.retrieveMultiple({
        table: 'account',
        columns: ['accountid'],
        filter,
        limit: 1_000,
        ...(token === undefined ? {} : { after: token }),
      });
      for (const { accountid } of page.rows) seen.add(accountid ?? '');
      token = page.next;
    } while (token !== undefined);
    assert.equal(seen.size, names.length);
  });

  it('a row that two spellings of a key name comes once; a key that nobody has brings none', async () => {
    const { records } = test.database;
    const accountid = await records.create('account', { name: 'Twice Named' });
    const value = ['twice named', 'TWICE NAMED', ...Array.from({ length: 9 }, (_, index) => `nobody ${index}`)];
    const { rows } = await records.retrieveMultiple({
      table: 'account',
      columns: ['accountid'],
      filter: { column: 'name', operator: 'in', value },
    });
    assert.deepEqual(
      rows.map((row) => row.accountid),
      [accountid],
    );
  });

  it('are looked up so where an index finds them alone', () => {
    const keys = Array.from({ length: 9 }, (_, index) => `key ${index}`);
    const among = (column: string, value = keys): Filter => ({ column, operator: 'in', value });
    const isLookedUp = (table: TableName, query: Omit<Query, 'table'>): boolean => {
      const layout = layoutOf(table);
      return pageSql(layout, query, createSelectPlan(layout, [layout.definition.primaryId])).text.includes('lateral');
    };
    const ofMailbox: Filter = { column: 'mr_mailboxid', operator: 'eq', value: randomUUID() };
    assert.deepEqual(
      [
        isLookedUp('account', { filter: among('name') }),
        isLookedUp('email', { filter: among('mr_identity') }),
        isLookedUp('mr_maildecision', { filter: { and: [ofMailbox, among('mr_identity')] } }),
      ],
      [true, true, true],
    );
    assert.deepEqual(
      [
        isLookedUp('contact', { filter: among('lastname') }),
        isLookedUp('mr_maildecision', { filter: among('mr_identity') }),
        isLookedUp('activityparty', { filter: among('addressused') }),
        isLookedUp('account', { filter: among('name'), limit: 50 }),
        isLookedUp('account', { filter: among('name'), lock: 'wait' }),
        isLookedUp('account', { filter: among('name', keys.slice(1)) }),
        isLookedUp('account', { filter: { or: [among('name')] } }),
        isLookedUp('account', { filter: { not: among('name') } }),
      ],
      Array.from({ length: 8 }, () => false),
    );
  });
});
