import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

describe('statements with large parameters', () => {
  let test: TestDatabase;
  before(async () => {
    test = await openTestDatabase();
  });
  after(() => test.close());

  const body = Buffer.from(Array.from({ length: 300_001 }, (_, index) => (index * 7919) % 251));
  const sha256 = createHash('sha256').update(body).digest('hex');
  const statement =
    "select encode(sha256($1::bytea), 'hex') as one, encode(sha256($2::bytea), 'hex') as two, $3::text as text, $4::integer as number, $5::text as nothing";

  it('AT-04: bytes arrive as they are, beside texts, numbers and nulls', async () => {
    const expected = [{ one: sha256, two: sha256, text: 'Zażółć', number: 7, nothing: null }];
    for (let run = 0; run < 3; run += 1) {
      assert.deepEqual(await test.database.sql(statement, [body, body, 'Zażółć', 7, null]), expected);
      const inside = await test.database.transaction((scope) =>
        Promise.all([scope.sql(statement, [body, body, 'Zażółć', 7, null]), scope.sql('select 1 as one')]),
      );
      assert.deepEqual(inside, [expected, [{ one: 1 }]]);
    }
  });

  it('an error of the server is thrown, and the connection goes on', async () => {
    await assert.rejects(test.database.sql('select 1 / (length($1::bytea) - length($1::bytea))', [body]));
    await assert.rejects(
      test.database.transaction(async (scope) => {
        await scope.sql('select no_such_function($1::bytea)', [body]);
      }),
    );
    assert.deepEqual(await test.database.sql('select length($1::bytea) as size', [body]), [{ size: body.length }]);
  });
});
