import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createWordFrequencies } from '../../src/store/word-frequencies.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

let opened: TestDatabase;
let now = new Date('2026-03-01T12:00:00Z');
const clock = { now: () => now, sleep: async () => undefined };

before(async () => {
  opened = await openTestDatabase();
});
after(() => opened.close());

test('how frequent words are comes from the statistics, read again after five minutes', async () => {
  const { database } = opened;
  const executor = {
    arrays: async (text: string, values?: readonly unknown[]) =>
      (await database.sql<Record<string, unknown>>(text, values)).map((row) => Object.values(row)),
  };
  const frequencies = createWordFrequencies(executor, clock);
  assert.equal(await frequencies.of('email'), undefined);
  await database.records.createMany(
    'email',
    Array.from({ length: 400 }, (_, index) => ({ subject: `Order ${index % 4 === 0 ? 'pallets' : 'tea'} ${index}` })),
  );
  await database.sql('analyze email');
  assert.equal(await frequencies.of('email'), undefined);
  now = new Date(now.getTime() + 300_000);
  const count = await frequencies.of('email');
  assert.ok(count !== undefined);
  assert.ok(count('ORD') >= 400 && count('ORD') <= 410);
  assert.ok(count('pallets') >= 100 && count('pallets') <= 110);
  assert.ok(count('unheard') <= 10);
  assert.equal(await frequencies.of('task'), undefined);
});
