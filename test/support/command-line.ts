import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

/** From source, for a file that is run by itself; `npm test` builds the program and names it. */
const fromSource =
  "import { runMain } from './src/app/main.ts'; await runMain(['node', 'mailroom', ...process.argv.slice(1)]);";
const patienceMs = 120_000;

type Settings = Readonly<Record<`MAILROOM_${string}`, string>>;

/** Runs `mailroom` with arguments in a process of its own, with these settings and none of the surroundings' (`MAILROOM_...`); resolves with what it printed. */
export async function runMailroom(settings: Settings, ...args: readonly string[]): Promise<string> {
  const options = { env: environment(settings), timeout: patienceMs };
  return (await promisify(execFile)(process.execPath, [...program(), ...args], options)).stdout;
}

/** How a command ended that must not be done. */
export interface Refused {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `mailroom` with arguments that it must refuse; resolves with how it did. */
export function refusedByMailroom(...args: readonly string[]): Promise<Refused> {
  return runMailroom({}, ...args).then(
    () => Promise.reject(new Error(`${args.join(' ')} was taken`)),
    (refused: Refused) => refused,
  );
}

/** Starts `mailroom` as `runMailroom` does, for a test that deals with its process. */
export function startMailroom(settings: Settings, ...args: readonly string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [...program(), ...args], { env: environment(settings), timeout: patienceMs });
}

function program(): readonly string[] {
  const built = process.env.MAILROOM_TEST_PROGRAM;
  return built ? [built] : ['--import', 'tsx', '--input-type=module', '-e', fromSource, '--'];
}

function environment(settings: Settings): NodeJS.ProcessEnv {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MAILROOM_')));
  return { ...own, MAILROOM_LOG_LEVEL: 'error', ...settings };
}
