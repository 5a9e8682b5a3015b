import assert from 'node:assert/strict';
import { test } from 'node:test';
import type pg from 'pg';
import { inOrder } from '../../src/store/pg-executor.ts';

/** A connection that tells what was asked of it, and answers when the test says so. */
function connection() {
  const asked: { readonly text: string; readonly patience: number; answer(error?: Error): void }[] = [];
  const scene = { corked: 0, asked };
  const stream = { cork: () => (scene.corked += 1), uncork: () => (scene.corked -= 1) };
  const query = ({ text, query_timeout }: { text: string; query_timeout: number }): Promise<pg.QueryResult> =>
    new Promise((resolve, reject) => {
      const answer = (error?: Error): void =>
        error ? reject(error) : resolve({ rows: [] } as unknown as pg.QueryResult);
      asked.push({ text, patience: query_timeout, answer });
    });
  return { scene, client: { query, connection: { stream } } as unknown as pg.PoolClient };
}

test('statements of a transaction do not wait for each other, go in one write, and are waited for longer behind others', async () => {
  const { scene, client } = connection();
  const { run, settled } = inOrder(client, () => undefined, 100);
  const answers = ['one', 'two', 'three'].map((text) => run({ text }));
  assert.deepEqual(
    scene.asked.map(({ text, patience }) => [text, patience]),
    [
      ['one', 100],
      ['two', 200],
      ['three', 300],
    ],
  );
  assert.equal(scene.corked, 3);
  await new Promise((resolve) => process.nextTick(resolve));
  assert.equal(scene.corked, 0);
  for (const { answer } of scene.asked) answer();
  await Promise.all(answers);
  await settled();
  void run({ text: 'four' });
  assert.equal(scene.asked[3]?.patience, 100);
});

test('after one that failed none is sent, and all tell its cause', async () => {
  const { scene, client } = connection();
  const { run, settled } = inOrder(client, () => undefined, 100);
  const first = run({ text: 'one' });
  const second = run({ text: 'two' });
  // The client may tell what comes at once in another order.
  scene.asked[1]?.answer(new Error('refused'));
  scene.asked[0]?.answer(new Error('the first'));
  await assert.rejects(first, /the first/);
  await assert.rejects(second, /the first/);
  await assert.rejects(run({ text: 'three' }), /the first/);
  await assert.rejects(settled(), /the first/);
  assert.equal(scene.asked.length, 2);
});

test('nothing is sent once the transaction has ended', async () => {
  const { scene, client } = connection();
  const { run } = inOrder(
    client,
    () => {
      throw new Error('ended');
    },
    100,
  );
  await assert.rejects(run({ text: 'one' }), /ended/);
  assert.deepEqual([scene.asked.length, scene.corked], [0, 0]);
});
