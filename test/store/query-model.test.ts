import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Filter, SortOrder } from '../../src/store/record-store.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { holds } from '../support/filter-model.ts';

type Row = RecordOf<'task'>;

const texts = ['a', 'B', 'ab', 'A_b', 'x%y', 'ß', 'É', ''];
const numbers = [0, 1, 2, 60];
const days = [1, 2, 3].map((day) => new Date(Date.UTC(2026, 0, day)));
const columns = { category: texts, actualdurationminutes: numbers, actualend: days, isbilled: [true, false] } as const;
type Column = keyof typeof columns;

/** Rows over few values, so that equal keys and nulls are frequent. */
const rows: readonly Row[] = Array.from({ length: 60 }, (_, index) => ({
  subject: String(index),
  category: index % 5 === 0 ? null : (texts[(index * 7) % texts.length] ?? null),
  actualdurationminutes: index % 4 === 0 ? null : (numbers[(index * 3) % numbers.length] ?? null),
  actualend: index % 7 === 0 ? null : (days[index % days.length] ?? null),
  isbilled: index % 3 === 0 ? null : index % 2 === 0,
}));

const column = fc.constantFrom(...(Object.keys(columns) as Column[]));
const comparison: fc.Arbitrary<Filter> = column.chain((name) =>
  fc.record({
    column: fc.constant(name),
    operator: fc.constantFrom('eq', 'ne', 'gt', 'ge', 'lt', 'le'),
    value: fc.constantFrom(...columns[name]),
  }),
);
const textual: fc.Arbitrary<Filter> = fc.record({
  column: fc.constant('category'),
  operator: fc.constantFrom('contains', 'startsWith', 'endsWith'),
  value: fc.constantFrom(...texts),
});
const listed: fc.Arbitrary<Filter> = column.chain((name) =>
  fc.record({
    column: fc.constant(name),
    operator: fc.constantFrom('in', 'notIn'),
    value: fc.array(fc.constantFrom(...columns[name], null), { maxLength: 3 }),
  }),
);
const emptiness: fc.Arbitrary<Filter> = fc.record({ column, operator: fc.constantFrom('null', 'notNull') });
const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    fc.oneof(comparison, textual, listed, emptiness),
    fc.record({ and: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ or: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ not: tie('filter') }),
  ),
}));

describe('queries against a model', () => {
  let test: TestDatabase;
  before(async () => {
    test = await openTestDatabase();
    await test.database.records.createMany('task', rows);
  });
  after(() => test.close());

  it('a filter selects the rows that three-valued logic over folded text selects', async () => {
    await fc.assert(
      fc.asyncProperty(filter, async (asked) => {
        const page = await test.database.records.retrieveMultiple({
          table: 'task',
          columns: ['subject'],
          filter: asked,
        });
        const expected = rows.filter((row) => holds(row, asked) === true).map((row) => row.subject);
        assert.deepEqual(page.rows.map((row) => row.subject).sort(), expected.sort());
        assert.equal(await test.database.records.count('task', asked), expected.length);
      }),
      { numRuns: 150, seed: 20260101 },
    );
  });

  it('pages of any size add up to the whole, in its order', async () => {
    const orders: fc.Arbitrary<readonly SortOrder[]> = fc.uniqueArray(fc.record({ column, descending: fc.boolean() }), {
      maxLength: 3,
      selector: (order) => order.column,
    });
    await fc.assert(
      fc.asyncProperty(orders, fc.integer({ min: 7, max: 40 }), async (orderBy, limit) => {
        const query = { table: 'task', columns: ['subject'], orderBy } as const;
        const whole = await test.database.records.retrieveMultiple(query);
        const seen: unknown[] = [];
        for (let after: string | undefined = ''; after !== undefined; ) {
          const page: Awaited<ReturnType<typeof test.database.records.retrieveMultiple<'task'>>> =
            await test.database.records.retrieveMultiple({ ...query, limit, ...(after ? { after } : {}) });
          seen.push(...page.rows.map((row) => row.subject));
          after = page.next;
        }
        assert.deepEqual(
          seen,
          whole.rows.map((row) => row.subject),
        );
        assert.equal(new Set(seen).size, rows.length);
      }),
      { numRuns: 40, seed: 20260101 },
    );
  });
});
