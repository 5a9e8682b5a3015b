import { randomInt } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { anyStep, playHistory } from './act-history.ts';

const isFull = process.env.MAILROOM_TORTURE === 'full';
/** Histories; each has at most as many steps (10,000 in all at full length). */
const runs = Number(process.env.TORTURE_ROUNDS ?? (isFull ? 125 : 6));
const length = isFull ? 80 : 30;
const seed = Number(process.env.TORTURE_SEED ?? randomInt(1, 2 ** 31));

describe(`random edit histories (TORTURE_SEED=${seed} repeats them)`, () => {
  it('AC-05, AC-07, AC-08, AC-09, AC-10, AC-21: after quiet both sides agree, nothing is double, no edit is lost unseen', async () => {
    const steps = fc.array(anyStep, { minLength: length, maxLength: length, size: 'max' });
    await fc.assert(fc.asyncProperty(steps, playHistory), {
      numRuns: runs,
      seed,
      endOnFailure: !isFull,
      includeErrorInReport: true,
    });
  });
});
