import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Filter } from '../../src/store/record-store.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { holds, type ModelRow } from '../support/filter-model.ts';

const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** Contacts and accounts share ids, so that a lookup's table matters; a third of the tasks regard nothing. */
const contacts: readonly RecordOf<'contact'>[] = [1, 2, 3, 4].map((number) => ({
  contactid: id(number),
  lastname: `P${number % 2}`,
  firstname: number === 4 ? null : `p${number}`,
  managername: `p${number % 3}`,
}));
const accounts: readonly RecordOf<'account'>[] = [1, 2].map((number) => ({
  accountid: id(number),
  name: `P${number}`,
  primarycontactid: number === 1 ? { table: 'contact', id: id(3) } : null,
}));
const tasks: readonly RecordOf<'task'>[] = Array.from({ length: 24 }, (_, index) => ({
  activityid: id(100 + index),
  subject: `t${index}`,
  category: index % 2 === 0 ? 'p1' : null,
  regardingobjectid:
    index % 3 === 0 ? null : { table: index % 3 === 1 ? 'contact' : 'account', id: id(1 + (index % 4)) },
}));
const all: Readonly<Record<string, readonly ModelRow[]>> = { contact: contacts, account: accounts, task: tasks };
const tables = (name: string) => all[name] ?? [];

const texts = fc.constantFrom('P0', 'p1', 'P2', 't5', 't10');
const leaf = (...columns: readonly string[]): fc.Arbitrary<Filter> =>
  fc.oneof(
    fc.record({
      column: fc.constantFrom(...columns),
      operator: fc.constantFrom('eq', 'ne', 'gt', 'contains'),
      value: texts,
    }),
    fc.record({ column: fc.constantFrom(...columns), operator: fc.constantFrom('null', 'notNull') }),
    fc.record({
      column: fc.constantFrom(...columns),
      operator: fc.constantFrom('eq', 'ne', 'lt'),
      otherColumn: fc.constantFrom(...columns),
    }),
  );
const exists = (table: 'contact' | 'account' | 'task', from: string, to: string, filter: fc.Arbitrary<Filter>) =>
  fc.record({ exists: fc.record({ table: fc.constant(table), from: fc.constant(from), to: fc.constant(to), filter }) });

const filters = fc.letrec<{ task: Filter; contact: Filter; account: Filter }>((tie) => {
  const node = (own: 'task' | 'contact' | 'account', first: fc.Arbitrary<Filter>, ...more: fc.Arbitrary<Filter>[]) =>
    fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      first,
      ...more,
      fc.record({ and: fc.array(tie(own), { minLength: 1, maxLength: 2 }) }),
      fc.record({ or: fc.array(tie(own), { minLength: 1, maxLength: 2 }) }),
      fc.record({ not: tie(own) }),
    );
  return {
    task: node(
      'task',
      leaf('subject', 'category'),
      exists('contact', 'contactid', 'regardingobjectid', tie('contact')),
      exists('account', 'accountid', 'regardingobjectid', tie('account')),
      exists('task', 'regardingobjectid', 'regardingobjectid', tie('task')),
    ),
    contact: node(
      'contact',
      leaf('lastname', 'firstname', 'managername'),
      exists('task', 'regardingobjectid', 'contactid', tie('task')),
      exists('account', 'primarycontactid', 'contactid', tie('account')),
      exists('contact', 'firstname', 'managername', tie('contact')),
    ),
    account: node(
      'account',
      leaf('name'),
      exists('contact', 'contactid', 'primarycontactid', tie('contact')),
      exists('contact', 'firstname', 'name', tie('contact')),
    ),
  };
});

describe('exists', () => {
  let test: TestDatabase;
  before(async () => {
    test = await openTestDatabase();
    await test.database.records.createMany('contact', contacts);
    await test.database.records.createMany('account', accounts);
    await test.database.records.createMany('task', tasks);
  });
  after(() => test.close());

  it('selects the rows to which related rows exist, nested, over lookups both ways, over texts, to the table itself', async () => {
    await fc.assert(
      fc.asyncProperty(filters.task, async (filter) => {
        const page = await test.database.records.retrieveMultiple({ table: 'task', columns: ['subject'], filter });
        const expected = tasks.filter((row) => holds(row, filter, tables) === true);
        assert.deepEqual(page.rows.map((row) => row.subject).sort(), expected.map((row) => row.subject).sort());
      }),
      { numRuns: 250, seed: 20260101 },
    );
  });

  it('a lookup to several tables meets only the table it names, seen from either side', async () => {
    const { records } = test.database;
    const regarding: Filter = { exists: { table: 'account', from: 'accountid', to: 'regardingobjectid' } };
    const named = await records.retrieveMultiple({ table: 'task', filter: regarding });
    assert.ok(named.rows.length > 0);
    assert.ok(named.rows.every((row) => row.regardingobjectid?.table === 'account'));
    const one: Filter = { column: 'subject', operator: 'eq', value: 't4' };
    assert.equal(tasks[4]?.regardingobjectid?.table, 'contact');
    const asked: Filter = { exists: { table: 'task', from: 'regardingobjectid', to: 'accountid', filter: one } };
    assert.equal(await records.count('account', asked), 0, 't4 regards the contact of that id');
  });

  it('serves updateWhere', async () => {
    const filter: Filter = {
      exists: { table: 'account', from: 'primarycontactid', to: 'contactid' },
    };
    assert.equal(await test.database.records.updateWhere('contact', filter, { jobtitle: 'first' }), 1);
    assert.equal(
      await test.database.records.count('contact', { column: 'jobtitle', operator: 'eq', value: 'first' }),
      1,
    );
  });

  it('refuses unknown columns and columns of different types', async () => {
    const ask = (from: string, to: string) =>
      test.database.records.count('task', { exists: { table: 'contact', from, to } });
    await assert.rejects(ask('nosuch', 'subject'), { code: '80041103' });
    await assert.rejects(ask('contactid', 'nosuch'), { code: '80041103' });
    await assert.rejects(ask('contactid', 'subject'), { code: '80040203', message: /types differ/ });
  });
});
