import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** `mailroom worker` in a process of its own, as operators run it: what it takes is measured from outside. */
export interface WorkerProcess {
  readonly pid: number;
  /** Most memory it had at a time since `forgetPeak`, or its start, bytes. */
  peakBytes(): number;
  /** Memory it has now, bytes. */
  residentBytes(): number;
  forgetPeak(): void;
  stop(): Promise<void>;
}

/** Builds the product and starts a worker on a data folder whose database is up; resolves when it works. With BENCH_PROFILE it leaves a CPU profile there when it stops. */
export async function startWorkerProcess(
  dataDir: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<WorkerProcess> {
  const root = packageRoot();
  execFileSync(process.execPath, [path.join(root, 'scripts/build.mjs')], { stdio: ['ignore', 'ignore', 'inherit'] });
  const folder = process.env.BENCH_PROFILE;
  const profiling = folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : [];
  const child = spawn(process.execPath, [...profiling, path.join(root, 'bin/mailroom.js'), 'worker'], {
    env: { PATH: process.env.PATH, HOME: dataDir, MAILROOM_DATA_DIR: dataDir, MAILROOM_LOG_LEVEL: 'info', ...settings },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await running(child);
  const pid = child.pid ?? 0;
  const status = (name: string): number => {
    const line = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(line?.[1] ?? Number.NaN) * 1024;
  };
  return {
    pid,
    peakBytes: () => status('VmHWM'),
    residentBytes: () => status('VmRSS'),
    // proc(5): writing 5 sets the peak back to what is resident now.
    forgetPeak: () => writeFileSync(`/proc/${pid}/clear_refs`, '5'),
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function running(child: ChildProcess): Promise<void> {
  if (child.stderr === null) throw new Error('The worker has no log.');
  // The log goes to standard error; it is read to its end, or a full pipe would hold the worker up.
  const lines = createInterface({ input: child.stderr });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The worker ended with ${code} before it worked.`)));
    lines.on('line', (line) => {
      if (line.includes('mailroom is running')) resolve();
    });
  });
}

/** The folder of the package, whether the benchmark runs from its source or compiled. */
function packageRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'bin', 'mailroom.js'))) {
    if (path.dirname(folder) === folder) throw new Error('The folder of the package is not found.');
    folder = path.dirname(folder);
  }
  return folder;
}
