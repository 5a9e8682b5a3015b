import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { copyQuery } from '../../src/store/copy-query.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

describe('COPY with its data', () => {
  let test: TestDatabase;
  before(async () => {
    test = await openTestDatabase();
  });
  after(() => test.close());

  const sha256 = (body: Buffer) => createHash('sha256').update(body).digest('hex');

  it('AT-04: a body of several messages of the protocol arrives as it is, beside other statements of its transaction', async () => {
    const body = Buffer.from(Array.from({ length: 5_000_001 }, (_, index) => (index * 7919) % 253));
    const [, [row]] = await test.database.transaction((scope) =>
      Promise.all([scope.blobs.put([body]), scope.sql('select 1 as one')]),
    );
    assert.deepEqual(row, { one: 1 });
    assert.deepEqual(await test.database.blobs.get(sha256(body)), body);
  });

  it('an error of the server is thrown, nothing of it is stored, and the connections go on', async () => {
    const { blobs, sql, transaction } = test.database;
    const body = Buffer.alloc(3_000_000, 'refused');
    await sql('alter table mr_blobpiece add constraint refusal check (number < 0) not valid');
    for (let run = 0; run < 12; run += 1) {
      await assert.rejects(blobs.putAhead({ bytes: body, sha256: sha256(body) }));
      await assert.rejects(transaction((scope) => scope.blobs.put([body])));
    }
    await sql('alter table mr_blobpiece drop constraint refusal');
    assert.equal(await blobs.get(sha256(body)), undefined);
    assert.deepEqual(await sql('select 1 as one'), [{ one: 1 }]);
    await blobs.putAhead({ bytes: body, sha256: sha256(body) });
    assert.deepEqual(await blobs.get(sha256(body)), body);
  });

  it('behind a statement that failed the server leaves out the COPY with its data, and answers what comes after', async () => {
    const client = new pg.Client({ connectionString: test.url, pipeline: true });
    await client.connect();
    try {
      const copied = new Promise((resolve, reject) => {
        const query = copyQuery('copy mr_blobpiece (blob, number, bytes) from stdin (format binary)', [
          Buffer.alloc(3_000_000, 'left out'),
        ]);
        Object.assign(query, { callback: (error: Error | null) => (error ? reject(error) : resolve(undefined)) });
        void client.query('begin');
        client.query('select 1 / 0').catch(() => undefined);
        client.query(query);
      });
      const behind = client.query('select 1');
      await assert.rejects(copied, { code: '25P02' });
      await assert.rejects(behind, { code: '25P02' });
      await client.query('rollback');
      assert.deepEqual((await client.query('select 2 as two')).rows, [{ two: 2 }]);
    } finally {
      await client.end();
    }
  });
});
