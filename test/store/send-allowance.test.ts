import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, it } from 'node:test';
import { takeAllowance } from '../../src/store/send-allowance.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

let test: TestDatabase;
before(async () => {
  test = await openTestDatabase();
});
after(() => test.close());

const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 1, 12, 0, seconds));

it('OU-11: many workers together get no more than the limit, and all of it', async () => {
  const profile = randomUUID();
  const grants = await Promise.all(
    Array.from({ length: 12 }, () => takeAllowance(test.database, profile, 20, 3, at(5))),
  );
  assert.equal(
    grants.reduce((sum, one) => sum + one.granted, 0),
    20,
  );
  assert.deepEqual(grants[0]?.renewedOn, at(60));
});

it('OU-11: a new minute begins anew, what is given back may be taken, another profile has its own', async () => {
  const [one, other] = [randomUUID(), randomUUID()];
  const take = async (profile: string, wanted: number, seconds: number): Promise<number> =>
    (await takeAllowance(test.database, profile, 10, wanted, at(seconds))).granted;
  assert.equal(await take(one, 15, 1), 10);
  assert.equal(await take(one, 1, 59), 0);
  assert.equal(await take(other, 4, 59), 4);
  assert.equal(await take(one, -3, 59), 0);
  assert.equal(await take(one, 5, 59), 3);
  assert.equal(await take(one, 5, 60), 5);
  assert.equal(await take(one, 9, 30), 5, 'a clock that lags behind gains nothing');
});
