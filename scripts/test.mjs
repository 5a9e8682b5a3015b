// `npm test [-- words of paths] ['!words'] [--test-name-pattern=text]`: all tests (or those) against a throw-away PostgreSQL server.
// MAILROOM_REQUIRE_SERVERS=1 fails where a real server is missing instead of skipping; MAILROOM_TEST_OUTPUT=1 shows what tests print;
// MAILROOM_TEST_DATABASE_URL uses a server of your own (a superuser's URL); MAILROOM_TEST_MINUTES is the limit of the whole run.
import { findTestFiles, runTestFiles, selectFiles } from './run-test-files.mjs';

const minutes = Number(process.env.MAILROOM_TEST_MINUTES ?? 20);
const files = findTestFiles('test', ['.test.ts', '.torture.ts']);
const { options, chosen } = selectFiles(files, process.argv.slice(2));
await runTestFiles({ files: chosen, options, limitMs: minutes * 60_000, testLimitMs: 300_000 });
