import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Filter, Query } from '../../src/store/record-store.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

const name = fc.constantFrom('ada', 'Ada', 'bo', 'ÄNNE', 'änne', 'ß', 'x y', '');
const contact = fc.record({
  lastname: name,
  firstname: fc.constantFrom('one', 'two', null),
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
        fc.array(contact, { minLength: 1, maxLength: 25 }),
        fc.array(key, { minLength: 9, maxLength: 20 }),
        fc.boolean(),
        fc.boolean(),
        async (contacts, keys, descending, isOneOnly) => {
          round += 1;
          const { records } = test.database;
          const jobtitle = `round ${round}`;
          await records.createMany(
            'contact',
            contacts.map((one) => ({ ...one, jobtitle })),
          );
          const own: Filter = { column: 'jobtitle', operator: 'eq', value: jobtitle };
          const among: Filter = { column: 'lastname', operator: 'in', value: keys };
          const one: readonly Filter[] = isOneOnly ? [{ column: 'firstname', operator: 'eq', value: 'one' }] : [];
          const query: Query<'contact'> = {
            table: 'contact',
            columns: ['lastname', 'firstname', 'telephone1'],
            filter: { and: [own, among, ...one] },
            orderBy: [{ column: 'telephone1', descending }],
          };
          const lookedUp = await records.retrieveMultiple(query);
          const filtered = await records.retrieveMultiple({ ...query, limit: 999 });
          assert.deepEqual(lookedUp.rows, filtered.rows);
          const wanted = new Set(keys.map((text) => text.toLowerCase()));
          const expected = contacts.filter(
            (row) => wanted.has(row.lastname.toLowerCase()) && (!isOneOnly || row.firstname === 'one'),
          );
          assert.equal(lookedUp.rows.length, expected.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('come page by page', async () => {
    const { records } = test.database;
    const lastnames = Array.from({ length: 2_500 }, (_, index) => `many ${index % 12}`);
    await records.createMany(
      'contact',
      lastnames.map((lastname) => ({ lastname })),
    );
    const filter: Filter = { column: 'lastname', operator: 'in', value: [...new Set(lastnames)] };
    const seen = new Set<string>();
    let token: string | undefined;
    do {
      const page = await records.retrieveMultiple({
        table: 'contact',
        columns: ['contactid'],
        filter,
        limit: 1_000,
        ...(token === undefined ? {} : { after: token }),
      });
      for (const { contactid } of page.rows) seen.add(contactid ?? '');
      token = page.next;
    } while (token !== undefined);
    assert.equal(seen.size, lastnames.length);
  });

  it('a row that two spellings of a key name comes once; a key that nobody has brings none', async () => {
    const { records } = test.database;
    const contactid = await records.create('contact', { lastname: 'Twice Named' });
    const value = ['twice named', 'TWICE NAMED', ...Array.from({ length: 9 }, (_, index) => `nobody ${index}`)];
    const { rows } = await records.retrieveMultiple({
      table: 'contact',
      columns: ['contactid'],
      filter: { column: 'lastname', operator: 'in', value },
    });
    assert.deepEqual(
      rows.map((row) => row.contactid),
      [contactid],
    );
  });
});
