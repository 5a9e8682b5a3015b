// Runs test files with node:test against one throw-away PostgreSQL server; used by test.mjs and torture.mjs.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { register } from 'tsx/esm/api';
import { bundleTests } from './bundle-tests.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** The files below `folder` whose name ends in one of `endings`, relative to the repository, sorted. */
export function findTestFiles(folder, endings) {
  return readdirSync(path.join(root, folder), { recursive: true })
    .map((name) => path.join(folder, String(name)))
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .sort();
}

/** Splits arguments into options of node (`--test-name-pattern=x`), words of which a file's path must contain one, and `!words` it must not contain. */
export function selectFiles(files, args) {
  const options = args.filter((arg) => arg.startsWith('--'));
  const words = args.filter((arg) => !/^(--|!)/.test(arg)).map((word) => word.replace(/^\.\//, ''));
  const barred = args.filter((arg) => arg.startsWith('!')).map((arg) => arg.slice(1));
  const chosen = files.filter(
    (file) =>
      (words.length === 0 || words.some((word) => file.includes(word))) && !barred.some((word) => file.includes(word)),
  );
  return { options, chosen };
}

/**
 * Runs `files` and ends the process: prints the report and, last, `N passed, N failed[, N skipped]`; exit code 0 only when
 * tests ran and none failed. Never outlasts `limitMs`.
 */
export async function runTestFiles({ files, options, limitMs, testLimitMs, environment = {} }) {
  if (files.length === 0) finish({ passed: 0, failed: 0, skipped: 0 }, 'No test file matches.');
  // First: a file that cannot be compiled ends the run before a server is started.
  const { compiled, remove } = await bundleTests(files);
  const scratch = mkdtempSync(path.join(tmpdir(), 'mailroom-test-run-'));
  // The database server runs as another user when we are root; it must pass through.
  chmodSync(scratch, 0o711);
  const summary = path.join(scratch, 'summary.json');
  const server = await startServer(scratch);
  const env = {
    ...process.env,
    MAILROOM_TEST_DATABASE_URL: server.url,
    MAILROOM_TEST_SUMMARY: summary,
    NODE_COMPILE_CACHE: path.join(scratch, 'compiled'),
    ...environment,
  };
  if (useCommandLine(files) && buildProgram()) env.MAILROOM_TEST_PROGRAM = path.join(root, 'bin/mailroom.js');
  const { code, overdue } = await runNode(compiled, options, testLimitMs, limitMs, env);
  await server.stop();
  remove();
  const counts = readCounts(summary);
  rmSync(scratch, { recursive: true, force: true });
  if (overdue) counts.failed += 1;
  const problem = overdue
    ? `The tests were still running after ${limitMs / 60_000} minutes and were ended.`
    : code !== 0 && counts.failed === 0
      ? `The test runner ended with ${code} although no test failed.`
      : undefined;
  finish(counts, problem);
}

/** Whether tests among these start `mailroom` as a process. */
function useCommandLine(files) {
  return files.some((file) => readFileSync(path.join(root, file), 'utf8').includes('support/command-line.ts'));
}

/** Brings dist up to date, so that those processes start as the installed program does, several times quicker than from source. */
function buildProgram() {
  return spawnSync(process.execPath, [path.join(root, 'scripts/build.mjs')], { stdio: 'inherit' }).status === 0;
}

async function startServer(scratch) {
  if (process.env.MAILROOM_TEST_DATABASE_URL) {
    return { url: process.env.MAILROOM_TEST_DATABASE_URL, stop: async () => undefined };
  }
  register();
  const support = pathToFileURL(path.join(root, 'test/support/test-server.ts')).href;
  const { startTestServer } = await import(support);
  return startTestServer(path.join(scratch, 'postgresql'));
}

function runNode(files, options, testLimitMs, limitMs, env) {
  const telling = pathToFileURL(path.join(root, 'scripts/tell-uncaught.mjs')).href;
  const args = [
    '--enable-source-maps',
    '--import',
    telling,
    '--test',
    '--test-concurrency=2',
    `--test-timeout=${testLimitMs}`,
  ];
  args.push(`--test-reporter=${path.join(root, 'scripts/test-reporter.mjs')}`, '--test-reporter-destination=stdout');
  // A process group of its own, so that everything the tests started can be ended together.
  const child = spawn(process.execPath, [...args, ...options, ...files], {
    cwd: root,
    env,
    stdio: 'inherit',
    detached: true,
  });
  const endGroup = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It has ended already.
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => endGroup('SIGTERM'));
  let overdue = false;
  const timer = setTimeout(() => {
    overdue = true;
    endGroup('SIGTERM');
    setTimeout(() => endGroup('SIGKILL'), 5_000).unref();
  }, limitMs);
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      endGroup('SIGKILL');
      resolve({ code: code ?? signal, overdue });
    });
  });
}

function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

function finish({ passed, failed, skipped }, problem) {
  if (problem) console.error(`\n${problem}`);
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exit(problem || failed > 0 || passed + skipped === 0 ? 1 : 0);
}
