import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Fetch, FetchAttribute, FetchEntity, FetchLink, FetchOrder } from '../../../src/store/fetch/fetch.ts';
import type { Filter } from '../../../src/store/record-store.ts';
import type { RecordOf, TableName } from '../../../src/tables/catalog.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { evaluateFetch } from '../../support/fetch-model.ts';
import { comparable, type ModelRow } from '../../support/filter-model.ts';

const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const pick = <T>(values: readonly T[], index: number): T | null => values[index % values.length] ?? null;

/** Accounts and contacts share ids, so that the table of a lookup matters; equal and empty values are frequent. */
const accounts: readonly RecordOf<'account'>[] = Array.from({ length: 6 }, (_, index) => ({
  accountid: id(index + 1),
  name: pick(['One', 'one', 'Two', null], index),
  numberofemployees: pick([1, 5, null, 5], index),
  revenue: pick([10.5, null, 20], index),
  lastonholdtime: new Date(Date.UTC(2024, index * 2, 1 + index * 5)),
  parentaccountid: index === 0 ? null : { table: 'account', id: id(Math.ceil(index / 2)) },
}));
const contacts: readonly RecordOf<'contact'>[] = Array.from({ length: 7 }, (_, index) => ({
  contactid: id(index + 1),
  lastname: pick(['One', 'Berg', 'berg'], index),
  parentcustomerid: index > 4 ? null : { table: index % 2 === 0 ? 'account' : 'contact', id: id(1 + (index % 3)) },
}));
const tasks: readonly RecordOf<'task'>[] = Array.from({ length: 12 }, (_, index) => ({
  activityid: id(100 + index),
  subject: `t${index}`,
  category: pick(['x', 'X', null, 'y'], index),
  actualdurationminutes: pick([30, null, 60], index),
  actualend: index % 4 === 0 ? null : new Date(Date.UTC(2024, index, 28, 12)),
  regardingobjectid:
    index % 5 === 0 ? null : { table: index % 2 === 0 ? 'account' : 'contact', id: id(1 + (index % 4)) },
}));
const all: Readonly<Record<string, readonly ModelRow[]>> = { account: accounts, contact: contacts, task: tasks };
const tables = (name: string) => all[name] ?? [];

const columns: Readonly<Record<string, readonly string[]>> = {
  account: ['name', 'numberofemployees', 'revenue', 'lastonholdtime', 'parentaccountid'],
  contact: ['lastname', 'parentcustomerid'],
  task: ['subject', 'category', 'actualdurationminutes', 'actualend', 'regardingobjectid'],
};
const joins: Readonly<Record<string, readonly (readonly [table: TableName, from: string, to: string])[]>> = {
  account: [
    ['contact', 'parentcustomerid', 'accountid'],
    ['account', 'accountid', 'parentaccountid'],
    ['contact', 'lastname', 'name'],
    ['task', 'regardingobjectid', 'accountid'],
  ],
  contact: [
    ['account', 'accountid', 'parentcustomerid'],
    ['task', 'regardingobjectid', 'contactid'],
  ],
  task: [
    ['account', 'accountid', 'regardingobjectid'],
    ['contact', 'contactid', 'regardingobjectid'],
    ['contact', 'parentcustomerid', 'regardingobjectid'],
  ],
};

const samples: Readonly<Record<string, readonly (string | number | Date)[]>> = {
  name: ['One', 'two'],
  lastname: ['one', 'Berg'],
  subject: ['t1', 't10', 't5'],
  category: ['x', 'Y'],
  numberofemployees: [1, 5],
  revenue: [10.5, 20],
  actualdurationminutes: [30, 60],
  lastonholdtime: [new Date(Date.UTC(2024, 4, 1))],
  actualend: [new Date(Date.UTC(2024, 5, 28, 12))],
};

function conditionOn(table: string, of?: string): fc.Arbitrary<Filter> {
  const own = of === undefined ? {} : { of };
  return fc.constantFrom(...(columns[table] ?? [])).chain((column): fc.Arbitrary<Filter> => {
    const values = samples[column];
    const emptiness = fc.record({ column: fc.constant(column), operator: fc.constantFrom('null', 'notNull') });
    const compared =
      values === undefined
        ? emptiness
        : fc.record({
            column: fc.constant(column),
            operator: fc.constantFrom('eq', 'ne', 'gt', 'le'),
            value: fc.constantFrom(...values),
          });
    return fc.oneof(emptiness, compared).map((condition) => ({ ...condition, ...own }));
  });
}

const filterOn = (table: string, of?: string): fc.Arbitrary<Filter> =>
  fc.oneof(
    conditionOn(table, of),
    fc.record({ not: conditionOn(table, of) }),
    fc.record({ or: fc.array(conditionOn(table, of), { maxLength: 2 }) }),
    fc.constantFrom(...(joins[table] ?? [])).chain(([other, from, to]) =>
      fc.record({
        exists: conditionOn(other).map((filter) => ({
          table: other,
          from,
          to,
          filter,
          ...(of === undefined ? {} : { of }),
        })),
      }),
    ),
  );

const optional = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(one, { nil: undefined, freq: 1 });
const listed = <T>(one: fc.Arbitrary<T>, most: number) => fc.array(one, { maxLength: most });

function attributeOf(table: string, aggregate: boolean): fc.Arbitrary<FetchAttribute> {
  const column = fc.constantFrom(...(columns[table] ?? []));
  if (!aggregate) return column.map((name) => ({ column: name }));
  return column.chain((name): fc.Arbitrary<FetchAttribute> => {
    const isDate = samples[name]?.[0] instanceof Date;
    const isNumber = typeof samples[name]?.[0] === 'number';
    const group: fc.Arbitrary<FetchAttribute> = isDate
      ? fc
          .constantFrom('day', 'week', 'month', 'quarter', 'year', 'fiscal-period', 'fiscal-year')
          .map((dateGrouping) => ({ column: name, groupBy: true, dateGrouping: dateGrouping as 'day' }))
      : fc.constant({ column: name, groupBy: true });
    const kinds = [
      'count',
      'countcolumn',
      ...(isNumber ? ['sum', 'avg'] : []),
      ...(isNumber || isDate ? ['min', 'max'] : []),
    ];
    const drawn = fc.record({
      column: fc.constant(name),
      aggregate: fc.constantFrom(...kinds) as fc.Arbitrary<'count'>,
      distinct: fc.boolean(),
    });
    return fc.oneof(group, drawn);
  });
}

let aliases = 0;
function entityOf(table: TableName, depth: number, aggregate: boolean, isRoot: boolean): fc.Arbitrary<FetchEntity> {
  const ordering: fc.Arbitrary<FetchOrder> = fc.record({
    column: fc.constantFrom(...(columns[table] ?? [])),
    descending: fc.boolean(),
  });
  return fc
    .record({
      attributes: listed(attributeOf(table, aggregate), 3),
      filter: optional(filterOn(table)),
      orders: aggregate ? fc.constant([]) : listed(ordering, 2),
      links: depth === 0 ? fc.constant([]) : listed(linkOf(table, depth - 1, aggregate), isRoot ? 2 : 1),
    })
    .map(({ filter, ...rest }) => {
      aliases += 1;
      return { table, alias: `a${aliases}`, ...rest, ...(filter === undefined ? {} : { filter }) };
    });
}

function linkOf(parent: string, depth: number, aggregate: boolean): fc.Arbitrary<FetchLink> {
  return fc
    .constantFrom(...(joins[parent] ?? []))
    .chain(([table, from, to]) =>
      fc
        .tuple(entityOf(table, depth, aggregate, false), fc.constantFrom('inner', 'outer', 'first'))
        .map(([entity, kind]) => ({ ...entity, from, to, kind: kind as 'inner' })),
    );
}

/** Names every output of an aggregated fetch, and lets a root condition ask a joined table. */
const fetches: fc.Arbitrary<Fetch> = fc
  .tuple(
    fc.boolean(),
    fc.boolean(),
    fc.constantFrom<TableName>('account', 'contact', 'task'),
    optional(fc.integer({ min: 0, max: 5 })),
  )
  .chain(([aggregate, isDistinct, table, top]) =>
    entityOf(table, 2, aggregate, true).chain((entity) => {
      const [link] = entity.links;
      const joined = link === undefined ? fc.constant(undefined) : optional(filterOn(link.table, link.alias));
      return joined.map((more): Fetch => {
        const filter = more === undefined ? entity.filter : { and: [more, ...(entity.filter ? [entity.filter] : [])] };
        const root = { ...(aggregate ? named(entity) : entity), ...(filter === undefined ? {} : { filter }) };
        const distinct = isDistinct && !aggregate;
        const limit = top === undefined || aggregate || distinct ? {} : { top };
        return {
          entity: distinct ? withoutOrder(root) : root,
          aggregate,
          distinct,
          ...limit,
          withCount: true,
          timeZone: 'UTC',
        };
      });
    }),
  );

function named<E extends FetchEntity>(entity: E): E {
  let count = 0;
  const name = <O extends FetchEntity>(one: O): O => ({
    ...one,
    attributes: one.attributes.map((attribute) => {
      count += 1;
      return { ...attribute, alias: `n${count}` };
    }),
    links: one.links.map(name),
  });
  const done = name(entity);
  return count > 0
    ? done
    : { ...done, attributes: [{ column: columns[entity.table]?.[0] ?? '', alias: 'n1', aggregate: 'count' }] };
}

function withoutOrder<E extends FetchEntity>(entity: E): E {
  return { ...entity, orders: [], links: entity.links.map(withoutOrder) };
}

/** Averages are rounded by the database; everything else must be the same. Names of the same output once. */
function shown(row: ModelRow): string {
  const pairs = Object.entries(row).filter(([key]) => key !== 'versionnumber');
  return JSON.stringify(
    pairs
      .map(([key, value]): [string, unknown] => [
        key,
        typeof value === 'number' ? Math.round(value * 1e6) / 1e6 : value,
      ])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

describe('a fetch against its evaluation in memory', () => {
  let test: TestDatabase;
  before(async () => {
    test = await openTestDatabase();
    await test.database.records.createMany('account', accounts);
    await test.database.records.createMany('contact', contacts);
    await test.database.records.createMany('task', tasks);
  });
  after(() => test.close());

  it('gives the same rows: joins of all kinds, nested, filters over joined tables, groups, aggregates, distinct', async () => {
    await fc.assert(
      fc.asyncProperty(fetches, async (fetch) => {
        const found = await test.database.fetch(fetch);
        const expected = evaluateFetch({ ...fetch, top: 5000 }, tables);
        const isWhole = fetch.top === undefined || fetch.top >= expected.length;
        if (isWhole) assert.deepEqual(found.rows.map(shown).sort(), expected.map(shown).sort());
        else assert.equal(found.rows.length, fetch.top);
        assert.equal(found.count, expected.length);
      }),
      { numRuns: 400, seed: 20260101 },
    );
  });

  it('pages of any size add up to the whole, in its order, by continuation and by number', async () => {
    await fc.assert(
      fc.asyncProperty(fetches, fc.integer({ min: 1, max: 7 }), async (asked, count) => {
        const { top: _top, ...fetch } = asked;
        const whole = (await test.database.fetch(fetch)).rows.map(shown);
        const seen: string[] = [];
        const numbered: string[] = [];
        let after: string | undefined;
        for (let page = 1; page === 1 || after !== undefined; page += 1) {
          const found = await test.database.fetch({ ...fetch, count, page, ...(after === undefined ? {} : { after }) });
          seen.push(...found.rows.map(shown));
          numbered.push(...(await test.database.fetch({ ...fetch, count, page })).rows.map(shown));
          after = found.next;
        }
        assert.deepEqual(seen, whole);
        assert.deepEqual(numbered, whole);
      }),
      { numRuns: 100, seed: 20260101 },
    );
  });

  it('sorts as asked, over joined tables too', async () => {
    await fc.assert(
      fc.asyncProperty(fetches, async (fetch) => {
        const found = await test.database.fetch({ ...fetch, distinct: false });
        const expected = evaluateFetch({ ...fetch, distinct: false }, tables);
        if (fetch.top !== undefined && fetch.top < expected.length) return;
        const orders = [...fetch.entity.orders];
        const keysOf = (row: ModelRow) =>
          orders.map(({ column = '' }) => (row[column] == null ? null : comparable(row[column])));
        const shownKeys = fetch.entity.attributes.map(({ column }) => column);
        if (!orders.every(({ column = '' }) => shownKeys.includes(column))) return;
        const fold = (row: ModelRow) => keysOf(row).join().toLowerCase();
        assert.deepEqual(found.rows.map(fold), expected.map(fold));
      }),
      { numRuns: 150, seed: 20260101 },
    );
  });
});
