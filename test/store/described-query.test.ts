import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

describe('statements that are described once a connection', () => {
  let test: TestDatabase;
  before(async () => {
    test = await openTestDatabase({ maxConnections: 2 });
  });
  after(() => test.close());

  const statement =
    "select $1::integer as number, $2::text as text, $3::bigint as big, timestamptz '2026-03-01 12:00:00+00' as at, null as nothing, 1 / $4::integer as quotient";
  const expected = (number: number, text: string | null) => [
    { number, text, big: 9_007_199_254_740_993n, at: new Date('2026-03-01T12:00:00Z'), nothing: null, quotient: 1 },
  ];
  const ask = (sql: TestDatabase['database']['sql'], number: number, text: string | null, divisor = 1) =>
    sql(statement, [number, text, 9_007_199_254_740_993n, divisor]);

  it('every run answers its own values, on every connection, side by side and in transactions', async () => {
    const { database } = test;
    for (let run = 0; run < 4; run += 1) {
      const many = await Promise.all(
        Array.from({ length: 6 }, (_, index) => ask(database.sql, run * 10 + index, `Zażółć ${index}`)),
      );
      assert.deepEqual(
        many,
        many.map((_, index) => expected(run * 10 + index, `Zażółć ${index}`)),
      );
      const inside = await database.transaction((scope) =>
        Promise.all([ask(scope.sql, 1, null), ask(scope.sql, 2, '')]),
      );
      assert.deepEqual(inside, [expected(1, null), expected(2, '')]);
    }
  });

  it('an error of one run leaves the connection and the statement usable', async () => {
    const { database } = test;
    for (let run = 0; run < 6; run += 1) {
      await assert.rejects(ask(database.sql, 1, 'a', 0));
      await assert.rejects(database.sql(statement, ['no number', 'a', 1n, 1]));
      assert.deepEqual(await ask(database.sql, run, 'b'), expected(run, 'b'));
    }
  });

  it('an empty result is empty, whatever the run before answered', async () => {
    const { database } = test;
    const rows = 'select n::integer as n from generate_series(1, $1::integer) n';
    for (const count of [2, 0, 3, 0, 1])
      assert.deepEqual(
        (await database.sql<{ n: number }>(rows, [count])).map(({ n }) => n),
        Array.from({ length: count }, (_, index) => index + 1),
      );
  });
});
