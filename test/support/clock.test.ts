import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heldClock } from './clock.ts';

test('a held clock wakes sleepers in order, each at its own time, also those who sleep again', async () => {
  const clock = heldClock();
  const woken: string[] = [];
  const sleeper = async (name: string, ...spans: readonly number[]) => {
    for (const ms of spans) {
      await clock.sleep(ms);
      woken.push(`${name}@${clock.now().getUTCSeconds()}`);
    }
  };
  const all = Promise.all([sleeper('a', 3_000, 4_000), sleeper('b', 5_000), sleeper('c', 60_000)]);
  await clock.advance(10_000);
  assert.deepEqual(woken, ['a@3', 'b@5', 'a@7']);
  assert.equal(clock.sleepers, 1);
  await clock.advance(50_000);
  await all;
  assert.equal(clock.now().toISOString(), '2026-01-01T00:01:00.000Z');
});

test('a held clock stands still, and an abort ends a sleep at once', async () => {
  const clock = heldClock();
  const abort = new AbortController();
  const sleep = clock.sleep(1_000, abort.signal);
  assert.equal(clock.sleepers, 1);
  abort.abort();
  await sleep;
  assert.equal(clock.sleepers, 0);
  assert.equal(clock.now().getTime(), Date.UTC(2026, 0, 1));
});
