import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { openTestApi } from '../support/web-api.ts';
import { damaged } from './requests/mutations.ts';
import { appliedRead, collectionRead, countRead, fetchRead, type Plan, recordRead } from './requests/reads.ts';
import { readWorld } from './requests/world.ts';
import { batch, deletion, write } from './requests/writes.ts';

const isFull = process.env.MAILROOM_TORTURE === 'full';
const requests = Number(process.env.TORTURE_REQUESTS ?? (isFull ? 10_000 : 500));
const seed = Number(process.env.TORTURE_SEED ?? randomInt(1, 2 ** 31));
/** Requests made at a time, so that the generator need not hold all of them. */
const portion = 250;

const valid: fc.Arbitrary<Plan> = fc.oneof(
  { weight: 6, arbitrary: collectionRead },
  { weight: 2, arbitrary: countRead },
  { weight: 2, arbitrary: recordRead },
  { weight: 1, arbitrary: appliedRead },
  { weight: 2, arbitrary: fetchRead },
  { weight: 4, arbitrary: write },
  { weight: 1, arbitrary: deletion },
  { weight: 2, arbitrary: batch },
);
const plan: fc.Arbitrary<Plan> = fc.oneof({ weight: 3, arbitrary: valid }, { weight: 2, arbitrary: damaged(valid) });

test(`${requests} generated requests, valid and damaged: none fails inside, none contradicts the reference`, async (t) => {
  process.stderr.write(`torture: seed ${seed} (TORTURE_SEED=${seed} repeats the requests)\n`);
  const api = await openTestApi();
  try {
    let world = await readWorld(api);
    for (const make of fc.sample(write, { numRuns: 60, seed })) {
      const trial = make(world);
      world = (await trial.check(await api.send(trial.method, trial.path, trial.body, trial.headers), api)) ?? world;
    }
    const statuses = new Map<number, number>();
    for (let done = 0; done < requests; done += portion) {
      const plans = fc.sample(plan, { numRuns: Math.min(portion, requests - done), seed: seed + done });
      for (const [index, make] of plans.entries()) {
        const trial = make(world);
        const answer = await api.send(trial.method, trial.path, trial.body, trial.headers);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        try {
          assert.ok(answer.status < 500, `${answer.status} ${answer.text}`);
          world = (await trial.check(answer, api)) ?? world;
        } catch (error) {
          const body = typeof trial.body === 'string' ? trial.body : JSON.stringify(trial.body);
          const request = `${trial.method} ${decoded(trial.path)}\n${JSON.stringify(trial.headers ?? {})}\n${body ?? ''}`;
          assert.fail(
            `request ${done + index}:\n${request}\nanswered ${answer.status} ${answer.text.slice(0, 500)}\n${String(error)}`,
          );
        }
      }
    }
    const summary = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${count} x ${status}`);
    t.diagnostic(`${requests} requests: ${summary.join(', ')}`);
    process.stderr.write(`torture: ${requests} requests: ${summary.join(', ')}\n`);
  } finally {
    await api.close();
  }
});

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
