import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MailroomError } from '../../src/base/errors.ts';
import { createRequestLimits } from '../../src/webapi/request-limits.ts';
import { heldClock } from '../support/clock.ts';
import { openWholeWeb, type WholeWeb } from '../support/whole-web.ts';

const minuteMs = 60_000;

function refusal(work: () => unknown): MailroomError {
  try {
    work();
  } catch (thrown) {
    assert.ok(thrown instanceof MailroomError);
    return thrown;
  }
  return assert.fail('it was let through');
}

test('execution time of all requests together is limited over five minutes, by user', async () => {
  const clock = heldClock();
  const limits = createRequestLimits({ requests: 0, executionSeconds: 60, concurrent: 0 }, clock);
  const long = limits.begin('one');
  await clock.advance(40_000);
  long.end();
  const next = limits.begin('one');
  assert.equal(next.headers['x-ms-ratelimit-time-remaining-xrm-requests'], '20.00');
  await clock.advance(25_000);
  next.end();
  const refused = refusal(() => limits.begin('one'));
  assert.equal(refused.code, '80072321');
  assert.equal(refused.kind, 'throttled');
  assert.ok((refused.retryAfterMs ?? 0) > 0 && (refused.retryAfterMs ?? 0) <= 5 * minuteMs);
  limits.begin('another').end();
  await clock.advance(refused.retryAfterMs ?? 0);
  limits.begin('one').end();
});

test('a request that ended twice counts once; one under way counts when it ends', async () => {
  const clock = heldClock();
  const limits = createRequestLimits({ requests: 0, executionSeconds: 10, concurrent: 0 }, clock);
  const one = limits.begin('user');
  await clock.advance(6000);
  limits.begin('user').end();
  one.end();
  one.end();
  assert.equal(limits.begin('user').headers['x-ms-ratelimit-time-remaining-xrm-requests'], '4.00');
});

test('waiting as long as Retry-After says is always enough', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ pauseMs: fc.nat(90_000), workMs: fc.nat(30_000) }), { minLength: 1, maxLength: 40 }),
      async (turns) => {
        const clock = heldClock();
        const limits = createRequestLimits({ requests: 7, executionSeconds: 60, concurrent: 1 }, clock);
        for (const { pauseMs, workMs } of turns) {
          await clock.advance(pauseMs);
          try {
            const counted = limits.begin('user');
            await clock.advance(workMs);
            counted.end();
          } catch (thrown) {
            assert.ok(thrown instanceof MailroomError && thrown.kind === 'throttled');
            // Two limits may hold at once; each says its own time.
            await clock.advance(thrown.retryAfterMs ?? 0);
            const again = refusedCode(() => limits.begin('user').end());
            assert.notEqual(again, thrown.code);
          }
        }
      },
    ),
    { numRuns: 100 },
  );
});

function refusedCode(work: () => void): string | undefined {
  try {
    work();
    return undefined;
  } catch (thrown) {
    return (thrown as MailroomError).code;
  }
}

test('a user whose requests took too long gets 429 with Retry-After; another goes on', async () => {
  const web = await openWholeWeb({ executionLimitSeconds: 1, requestLimit: 0, concurrentLimit: 0 });
  try {
    const [slow, other] = [await web.user('Slow'), await web.user('Other')];
    const read = () => web.send('GET', 'contacts?$top=1', undefined, slow.bearer);
    assert.equal((await read()).status, 200);
    const held = await web.database.transaction(async (scope) => {
      await scope.sql('LOCK TABLE contact IN ACCESS EXCLUSIVE MODE');
      const running = read();
      await waitsForTable(web);
      await web.clock.advance(1500);
      return { running };
    });
    assert.equal((await held.running).status, 200);
    const refused = await read();
    assert.equal(refused.status, 429, refused.text);
    assert.equal(refused.json.error.code, '0x80072321');
    assert.ok(Number(refused.headers['retry-after']) > 0);
    assert.equal((await web.send('GET', 'WhoAmI', undefined, other.bearer)).status, 200);
  } finally {
    await web.close();
  }
});

/** Until a statement waits for the lock on contacts: its request is under way. */
async function waitsForTable({ database }: WholeWeb): Promise<void> {
  for (;;) {
    const waiting = await database.sql("SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'contact'::regclass");
    if (waiting.length > 0) return;
  }
}
