import { randomInt } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { playHistory } from './act-history.ts';
import { anyStep } from './act-history-steps.ts';
import { StepTally } from './act-history-tally.ts';

const isFull = process.env.MAILROOM_TORTURE === 'full';
/** Histories; each has at most as many steps (10,000 in all at full length). */
const runs = Number(process.env.TORTURE_ROUNDS ?? (isFull ? 100 : 6));
const length = isFull ? 100 : 30;
const seed = Number(process.env.TORTURE_SEED ?? randomInt(1, 2 ** 31));

describe(`random edit histories (TORTURE_SEED=${seed} repeats them)`, () => {
  it('AC-05, AC-07 to AC-10, AC-21, AA-02, AA-06, AA-16, AA-17, AA-40, AA-41: after quiet both sides agree, nothing is double or back from the dead, no edit is lost unseen, nobody is mailed without reason', async (t) => {
    t.diagnostic(`${runs * length} steps in ${runs} histories, TORTURE_SEED=${seed}`);
    let played = 0;
    const tally = new StepTally();
    const steps = fc.array(anyStep, { minLength: length, maxLength: length, size: 'max' });
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        await playHistory(history, tally);
        played += 1;
        if (isFull) process.stderr.write(`history ${played} of ${runs}\n`);
      }),
      {
        numRuns: runs,
        seed,
        endOnFailure: !isFull,
        includeErrorInReport: true,
      },
    );
    for (const line of tally.lines()) t.diagnostic(line);
    if (isFull) process.stderr.write(`${tally.lines().join('\n')}\n`);
  });
});
