import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second (USER_HZ, proc(5)). */
const tickMs = 10;

/** Processor time of this process so far, user and system, milliseconds. */
export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Processor time of the children of this process that have ended, milliseconds. */
export function endedChildrenCpuMs(): number {
  return (readStat('self')?.endedChildrenTicks ?? 0) * tickMs;
}

/** Processor time of a process, of those below it that live, and of those that have ended, milliseconds; 0 when it is gone. */
export function treeCpuMs(pid: number): number {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readStat(name) ?? []);
  const below = new Set([pid]);
  for (let size = 0; size < below.size; ) {
    size = below.size;
    for (const stat of all) if (below.has(stat.parent)) below.add(stat.pid);
  }
  const members = all.filter((stat) => below.has(stat.pid));
  return members.reduce((sum, stat) => sum + stat.ticks + stat.endedChildrenTicks, 0) * tickMs;
}

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
  readonly endedChildrenTicks: number;
}

/** Fields 1, 4 and 14 to 17 of /proc/<pid>/stat; undefined when the process is gone. */
function readStat(pid: string): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The program's name stands in brackets and may hold spaces.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [1, 11, 12, 13, 14].map(
    (at) => fields[at],
  );
  return {
    pid: Number.parseInt(text, 10),
    parent,
    ticks: user + system,
    endedChildrenTicks: endedUser + endedSystem,
  };
}
