import { execFileSync } from 'node:child_process';
import { arch, cpus, loadavg, release, tmpdir, totalmem } from 'node:os';

/** What a reader must know to judge a number. */
export interface MachineFacts {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  /** File system of the temporary folder, where all data lies. */
  readonly fileSystem: string;
  /** Load average of the minute before the run; above 0.5 others were at work and rates suffer. */
  readonly loadBefore: number;
}

/** Reads them; call it before the run, for the load's sake. */
export function machineFacts(): MachineFacts {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()} ${arch()}`,
    node: process.version,
    fileSystem: fileSystemOf(tmpdir()),
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

function fileSystemOf(folder: string): string {
  try {
    return execFileSync('df', ['--output=fstype', folder], { encoding: 'utf8' }).trim().split('\n').at(-1) ?? 'unknown';
  } catch {
    return 'unknown';
  }
}
