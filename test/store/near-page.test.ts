import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { Filter, SortOrder } from '../../src/store/record-store.ts';
import type { RowLimits } from '../../src/store/row-limit.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

let opened: TestDatabase;
const [me, friend, stranger, unit, otherUnit] = Array.from({ length: 5 }, () => randomUUID()) as [
  string,
  string,
  string,
  string,
  string,
];
const stored: { readonly row: RecordOf<'email'>; readonly isMine: boolean }[] = [];

/** One of 300 is mine, by ownership, by unit, by share or as a party: seldom enough that the first reach finds no page. */
before(async () => {
  opened = await openTestDatabase();
  const { records } = opened.database;
  for (let at = 0; at < 6000; at += 1) {
    const way = at % 300 === 7 ? (at / 300) & 3 : -1;
    const row: RecordOf<'email'> = {
      activityid: randomUUID(),
      subject: `Mail ${at % 10}${at % 600 === 7 || at % 97 === 0 ? ' seldom' : ''}`,
      prioritycode: at % 3,
      createdon: new Date(Date.UTC(2026, 0, 1) + Math.floor(at / 3) * 1000),
      ownerid: { table: 'systemuser', id: way === 0 ? me : at % 2 === 0 ? friend : stranger },
      owningbusinessunit: { table: 'businessunit', id: way === 1 ? unit : otherUnit },
    };
    stored.push({ row, isMine: way >= 0 });
  }
  for (let start = 0; start < stored.length; start += 1000)
    await records.createMany(
      'email',
      stored.slice(start, start + 1000).map(({ row }) => row),
    );
  // Which words are frequent stands in the statistics.
  await opened.database.sql('analyze email');
  for (const { row, isMine } of stored.filter((one) => one.isMine)) {
    const byRow = row.ownerid?.id === me || row.owningbusinessunit?.id === unit;
    if (!isMine || byRow) continue;
    const objectid = row.activityid ?? '';
    if (objectid < '8')
      await records.create('principalobjectaccess', {
        objectid,
        objecttypecode: 'email',
        principalid: me,
        accessrightsmask: 1,
      });
    else
      await records.create('activityparty', {
        activityid: { table: 'email', id: objectid },
        partyid: { table: 'systemuser', id: me },
        participationtypemask: 2,
      });
  }
});
after(() => opened.close());

const limitsOf =
  (withUnit: boolean): RowLimits =>
  (table) =>
    table !== 'email'
      ? undefined
      : {
          anyOf: [
            { column: 'ownerid', ids: [me] },
            ...(withUnit ? [{ column: 'owningbusinessunit', ids: [unit] }] : []),
            { sharedWith: [me], right: 'read' },
            { partyIs: me },
          ],
        };

const filters: readonly (readonly [Filter | undefined, (row: RecordOf<'email'>) => boolean])[] = [
  [undefined, () => true],
  [{ column: 'prioritycode', operator: 'eq', value: 1 }, (row) => row.prioritycode === 1],
  [{ column: 'subject', operator: 'eq', value: 'mail 7' }, (row) => row.subject === 'Mail 7'],
  [{ column: 'subject', operator: 'eq', value: 'nothing' }, () => false],
  [{ search: { words: 'mail' } }, () => true],
  [{ and: [{ search: { words: '3' } }] }, (row) => holds(row, '3')],
  [{ search: { words: 'seldom' } }, (row) => holds(row, 'seldom')],
  [{ search: { words: '7 seldom' } }, (row) => row.subject === 'Mail 7 seldom'],
  [{ search: { all: [{ words: 'mail' }, { words: 'sel' }] } }, (row) => holds(row, 'seldom')],
  [{ search: { all: [{ words: 'mail' }, { none: { words: 'seldom' } }] } }, (row) => !holds(row, 'seldom')],
  [
    {
      and: [
        { column: 'prioritycode', operator: 'eq', value: 1 },
        { search: { any: [{ words: 'seldom' }, { all: [{ words: 'MAIL' }, { words: '7' }] }] } },
      ],
    },
    (row) => row.prioritycode === 1 && (holds(row, 'seldom') || holds(row, '7')),
  ],
];
const holds = (row: RecordOf<'email'>, word: string): boolean => (row.subject ?? '').includes(word);
const orders: readonly (readonly SortOrder[])[] = [
  [{ column: 'createdon', descending: true }],
  [{ column: 'createdon' }],
  [{ column: 'prioritycode', descending: true }, { column: 'createdon' }],
  [{ column: 'regardingobjectid' }, { column: 'createdon', descending: true }],
];

function expected(withUnit: boolean, keep: (row: RecordOf<'email'>) => boolean, order: readonly SortOrder[]): string[] {
  const key = (row: RecordOf<'email'>, column: string): string | number =>
    column === 'createdon'
      ? (row.createdon?.getTime() ?? 0)
      : column === 'prioritycode'
        ? (row.prioritycode ?? 0)
        : column === 'activityid'
          ? (row.activityid ?? '')
          : 0;
  const sorts = [...order, { column: 'activityid', descending: order.at(-1)?.descending ?? false }];
  return stored
    .filter(({ row, isMine }) => isMine && (withUnit || row.owningbusinessunit?.id !== unit) && keep(row))
    .map(({ row }) => row)
    .sort((a, b) => {
      for (const { column, descending } of sorts) {
        const [x, y] = [key(a, column), key(b, column)];
        if (x !== y) return (x < y ? -1 : 1) * (descending ? -1 : 1);
      }
      return 0;
    })
    .map((row) => row.activityid ?? '');
}

test('SE-07: a reader who sees few of many rows gets each of them once, in order, page by page, however large pages are', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.constantFrom(...filters),
      fc.constantFrom(...orders),
      fc.constantFrom(1, 3, 7, 19, 250, 400),
      async (withUnit, [filter, keep], orderBy, limit) => {
        const reads = opened.database.readsWithin(limitsOf(withUnit));
        const found: string[] = [];
        let next: string | undefined;
        do {
          const page = await reads.retrieveMultiple({
            table: 'email',
            columns: ['subject'],
            orderBy,
            limit,
            ...(filter === undefined ? {} : { filter }),
            ...(next === undefined ? {} : { after: next }),
          });
          assert.ok(page.rows.length <= limit);
          found.push(...page.rows.map((row) => row.activityid ?? ''));
          next = page.next;
        } while (next !== undefined);
        assert.deepEqual(found, expected(withUnit, keep, orderBy));
      },
    ),
    { numRuns: 60 },
  );
});

test('a page of no rows, and rows of a reader who sees nothing', async () => {
  const nothing = opened.database.readsWithin(() => ({
    anyOf: [{ column: 'ownerid', ids: [randomUUID()] }, { partyIs: randomUUID() }],
  }));
  const page = await nothing.retrieveMultiple({ table: 'email', orderBy: [{ column: 'createdon' }], limit: 10 });
  assert.deepEqual([page.rows.length, page.next], [0, undefined]);
});
