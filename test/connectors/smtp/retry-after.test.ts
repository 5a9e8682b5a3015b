import assert from 'node:assert/strict';
import test from 'node:test';
import { retryAfterOf } from '../../../src/connectors/smtp/retry-after.ts';

const table: readonly (readonly [string, number | undefined])[] = [
  ['450 4.2.0 Greylisted, try again in 300 seconds', 300_000],
  ['451 4.7.1 Please try again later (retry after 5 min)', 300_000],
  ['450 4.7.1 greylisting in action, please come back in 00:04:56', 296_000],
  ['421 4.7.0 Try again in 1 hour', 3_600_000],
  ['451 Temporary failure; wait 90s', 90_000],
  ['452 Too many mails, retry after: 120', 120_000],
  ['450 4.7.1 Greylisted for 60 seconds', 60_000],
  ['450 4.7.1 try again in 400000 minutes', 86_400_000],
  ['450 4.2.0 Greylisted, see http://postgrey.example/help/gl.html', undefined],
  ['451 4.3.0 Try again later, ticket 20260101', undefined],
  ['550 5.1.1 user 300 seconds unknown', undefined],
  ['450 try again in 0 seconds', undefined],
  ['', undefined],
];

for (const [words, expected] of table) {
  test(`SC-13: "${words}" asks for ${expected} ms`, () => assert.equal(retryAfterOf(words), expected));
}

test('SC-13: long words are read quickly', () => {
  const start = process.cpuUsage();
  retryAfterOf(`try again ${'1'.repeat(100_000)} ${'in '.repeat(100_000)}`);
  assert.ok(process.cpuUsage(start).user < 1_000_000);
});
