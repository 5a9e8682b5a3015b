import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { ArrayColumn } from '../../src/store/array-column.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', 'NULL', '{}', '"\\,', 'a\0b', '\ud800x', 'Zażółć 日本', 'ß'.repeat(40_000)),
);
const moment = fc.date({ min: new Date('-004000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
const int32 = fc.integer({ min: -2_147_483_648, max: 2_147_483_647 });

/** For each type: values, and the text that PostgreSQL gives for one. */
const kinds: Readonly<Record<string, readonly [fc.Arbitrary<unknown>, (value: never) => string]>> = {
  text: [text, (value: string) => value.replace(/\0|\p{Surrogate}/gu, '\ufffd')],
  uuid: [fc.uuid(), String],
  integer: [int32, String],
  bigint: [fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), String],
  boolean: [fc.boolean(), String],
  numeric: [fc.integer().map((number) => number / 4), String],
  'double precision': [fc.integer().map((number) => number / 8), String],
  'integer[]': [fc.array(int32), (value: readonly number[]) => `{${value.join(',')}}`],
  bytea: [fc.uint8Array(), (value: Uint8Array) => `\\x${Buffer.from(value).toString('hex')}`],
};

describe('ArrayColumn', () => {
  let test: TestDatabase;
  before(async () => {
    test = await openTestDatabase();
  });
  after(() => test.close());

  /** What the database reads in the array of these values. */
  async function readBack(
    type: string,
    values: readonly unknown[],
    shown = 'value::text',
  ): Promise<readonly unknown[]> {
    const column = new ArrayColumn(type, Buffer.alloc(20));
    values.forEach((value, row) => {
      if (value !== null) column.add(row, value);
    });
    const rows = (await test.database.sql(
      `select ${shown} as shown from (select item::${type} as value, place from unnest($1::${column.sentType}[]) with ordinality as r(item, place)) r order by place`,
      [column.finish(values.length)],
    )) as readonly { readonly shown: unknown }[];
    return rows.map(({ shown }) => shown);
  }

  for (const [type, [values, textOf]] of Object.entries(kinds)) {
    it(`values of ${type} arrive as they are, null among them`, async () => {
      const lists = fc.array(fc.option(values), { minLength: 1, maxLength: 40 });
      await fc.assert(
        fc.asyncProperty(lists, async (list) => {
          const expected = list.map((value) => (value === null ? null : textOf(value as never)));
          assert.deepEqual(await readBack(type, list), expected);
        }),
        { numRuns: 60 },
      );
    });
  }

  it('moments arrive to the millisecond, days as days, before and after 2000', async () => {
    const lists = fc.array(fc.option(moment), { minLength: 1, maxLength: 40 });
    const inMs = "(extract(epoch from value at time zone 'UTC') * 1000)::bigint::text";
    await fc.assert(
      fc.asyncProperty(lists, async (list) => {
        const expected = list.map((value) => (value === null ? null : String(value.getTime())));
        assert.deepEqual(await readBack('timestamptz', list, inMs), expected);
        assert.deepEqual(
          await readBack('timestamp', list, '(extract(epoch from value) * 1000)::bigint::text'),
          expected,
        );
        const days = list.map((value) => (value === null ? null : String(Math.floor(value.getTime() / 86_400_000))));
        assert.deepEqual(await readBack('date', list, "(value - date '1970-01-01')::text"), days);
      }),
      { numRuns: 60 },
    );
  });

  it('nothing but nulls behind a value, and before one', async () => {
    const id = randomUUID();
    assert.deepEqual(await readBack('uuid', [id, ...Array.from({ length: 500 }, () => null)]), [
      id,
      ...Array.from({ length: 500 }, () => null),
    ]);
    assert.deepEqual(await readBack('text', [null, null, 'x']), [null, null, 'x']);
  });
});
