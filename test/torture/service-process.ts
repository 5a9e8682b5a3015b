import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../testbed/servers/free-port.ts';

/** The service as operators run it, in a process of its own that can be killed. */
export interface ServiceProcess {
  /** Address of the Web API; the same over restarts. */
  readonly url: string;
  /** True while the process lives. */
  isAlive(): boolean;
  /** Starts it (again) and waits until it says that it is ready. */
  start(): Promise<void>;
  /** Waits until it is ready; false when it is not within `timeoutMs` or has ended. */
  isReadyWithin(timeoutMs: number): Promise<boolean>;
  /** SIGKILL to the service and resolves when it is gone; its database server lives on. */
  kill(): Promise<void>;
  /** SIGKILL to the database server of the service; does nothing when there is none. */
  killDatabase(): void;
  /** Ends it in order and removes its folder; returns the last lines of its log. */
  stop(): Promise<string>;
  /** The last lines of its log. */
  log(): string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const readyTimeoutMs = 60_000;
const stopTimeoutMs = 30_000;
const pollMs = 50;

/** Builds the service and prepares a data folder; `start` runs it. */
export async function prepareService(token: string): Promise<ServiceProcess> {
  execFileSync(process.execPath, [path.join(root, 'scripts/build.mjs')], { stdio: ['ignore', 'ignore', 'inherit'] });
  const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-torture-'));
  chmodSync(folder, 0o755);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const logFile = path.join(folder, 'service.log');
  const environment = serviceEnvironment(path.join(folder, 'data'), port, token);
  let child: ChildProcess | undefined;
  const isAlive = (): boolean => child !== undefined && child.exitCode === null && child.signalCode === null;
  const log = (): string => readText(logFile).split('\n').slice(-40).join('\n');
  const isReadyWithin = async (timeoutMs: number): Promise<boolean> => {
    const deadline = performance.now() + timeoutMs;
    while (isAlive() && performance.now() < deadline) {
      if (await isReady(url)) return true;
      await pause(pollMs);
    }
    return false;
  };
  return {
    url,
    isAlive,
    isReadyWithin,
    log,
    start: async () => {
      child = spawn(process.execPath, [path.join(root, 'bin/mailroom.js'), 'start'], {
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const output = createWriteStream(logFile, { flags: 'a' });
      child.stdout?.pipe(output, { end: false });
      child.stderr?.pipe(output, { end: false });
      child.once('close', () => output.end());
      if (!(await isReadyWithin(readyTimeoutMs))) throw new Error(`The service did not get ready. Its log:\n${log()}`);
    },
    kill: () => end(child, 'SIGKILL'),
    killDatabase: () => {
      const pid = Number.parseInt(readText(path.join(folder, 'data/postgresql/cluster/postmaster.pid')), 10);
      if (pid > 1) killQuietly(pid);
    },
    stop: async () => {
      const ended = end(child, 'SIGTERM');
      const timer = setTimeout(() => child?.kill('SIGKILL'), stopTimeoutMs);
      await ended;
      clearTimeout(timer);
      const last = log();
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
      return last;
    },
  };
}

/** Nothing of the test run's own settings reaches the service. */
function serviceEnvironment(dataDir: string, port: number, token: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(MAILROOM_|NODE_)/.test(name));
  return {
    ...Object.fromEntries(inherited),
    MAILROOM_DATA_DIR: dataDir,
    MAILROOM_PORT: String(port),
    MAILROOM_ADMIN_TOKEN: token,
    MAILROOM_LEASE_SECONDS: '2',
    MAILROOM_LOG_LEVEL: 'warn',
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
