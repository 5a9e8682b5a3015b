import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * Text that tells a live process from a later one with the same number; undefined when `pid` is not running.
 * A zombie (ended, not yet collected by its parent) counts as not running. Without /proc all live processes look alike.
 */
export function processIdentity(pid: number): string | undefined {
  if (process.platform !== 'linux') return answersSignal(pid) ? 'alive' : undefined;
  const stat = readOrUndefined(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // proc(5): the fields after the name in parentheses start with the state; the start time is the 22nd field of all.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return `${fields[19]}@${readOrUndefined('/proc/sys/kernel/random/boot_id')?.trim() ?? ''}`;
}

/** True when some process works in `folder` (PostgreSQL's processes all do in theirs); undefined where /proc cannot tell. */
export function isWorkedIn(folder: string): boolean | undefined {
  if (process.platform !== 'linux') return undefined;
  return readdirSync('/proc').some((name) => /^\d+$/.test(name) && workFolder(Number(name)) === folder);
}

/** The current folder of a process; undefined when it cannot be read. */
export function workFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
