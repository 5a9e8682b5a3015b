// `npm run torture [-- words of paths]`: the torture tests at full length (`npm test` runs them short), telling rounds, seeds and sums.
// MAILROOM_TEST_MINUTES is the limit of the whole run, four hours when not set.
import { findTestFiles, runTestFiles, selectFiles } from './run-test-files.mjs';

const limitMs = Number(process.env.MAILROOM_TEST_MINUTES ?? 240) * 60_000;
const { options, chosen } = selectFiles(findTestFiles('test', ['.torture.ts']), process.argv.slice(2));
const environment = { MAILROOM_TORTURE: 'full', MAILROOM_TEST_OUTPUT: process.env.MAILROOM_TEST_OUTPUT ?? '1' };
await runTestFiles({ files: chosen, options, limitMs, testLimitMs: limitMs, environment });
