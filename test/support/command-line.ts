import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** From source, for a file that is run by itself; `npm test` builds the program and names it. */
const fromSource =
  "import { runMain } from './src/app/main.ts'; await runMain(['node', 'mailroom', ...process.argv.slice(1)]);";
const patienceMs = 120_000;

/** Runs `mailroom` with arguments in a process of its own, with these settings and none of the surroundings' (`MAILROOM_...`); resolves with what it printed. */
export async function runMailroom(
  settings: Readonly<Record<`MAILROOM_${string}`, string>>,
  ...args: readonly string[]
): Promise<string> {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MAILROOM_')));
  const program = process.env.MAILROOM_TEST_PROGRAM;
  const start = program ? [program] : ['--import', 'tsx', '--input-type=module', '-e', fromSource, '--'];
  const env = { ...own, MAILROOM_LOG_LEVEL: 'error', ...settings };
  return (await promisify(execFile)(process.execPath, [...start, ...args], { env, timeout: patienceMs })).stdout;
}
