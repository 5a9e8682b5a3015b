import { ownCpuMs, treeCpuMs } from './process-cpu.ts';

/** What one run of one side took. */
export interface Sample {
  readonly items: number;
  readonly wallMs: number;
  /** Processor time of the program under test, milliseconds. */
  readonly cpuMs: number;
  /** Processor time of its database, milliseconds; absent when it has none. */
  readonly databaseCpuMs?: number;
  /** Megabytes of memory, in the meaning that the benchmark names. */
  readonly memoryMb?: number;
}

/** Measures `work` done by this process together with a database server of process id `databasePid`. */
export async function sampleHere(
  items: number,
  databasePid: number | undefined,
  work: () => Promise<void>,
): Promise<Sample> {
  const databaseBefore = databasePid === undefined ? 0 : treeCpuMs(databasePid);
  const cpuBefore = ownCpuMs();
  const startedOn = performance.now();
  await work();
  const wallMs = performance.now() - startedOn;
  const cpuMs = ownCpuMs() - cpuBefore;
  if (databasePid === undefined) return { items, wallMs, cpuMs };
  return { items, wallMs, cpuMs, databaseCpuMs: treeCpuMs(databasePid) - databaseBefore };
}

/** Measures `work` done by other processes (workers) together with a database server, all named by process ids. */
export async function sampleProcesses(
  items: number,
  pids: readonly number[],
  databasePid: number,
  work: () => Promise<void>,
): Promise<Sample> {
  const cpu = (): number => pids.reduce((sum, pid) => sum + treeCpuMs(pid), 0);
  const [cpuBefore, databaseBefore, startedOn] = [cpu(), treeCpuMs(databasePid), performance.now()];
  await work();
  const wallMs = performance.now() - startedOn;
  return { items, wallMs, cpuMs: cpu() - cpuBefore, databaseCpuMs: treeCpuMs(databasePid) - databaseBefore };
}

/** The middle value; the mean of the two middle ones of an even number. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** The medians of several runs: rate a second, and processor time an item in milliseconds. */
export interface Summary {
  readonly runs: number;
  readonly ratePerSecond: number;
  readonly slowestPerSecond: number;
  readonly fastestPerSecond: number;
  readonly cpuMsPerItem: number;
  readonly databaseCpuMsPerItem: number | null;
  /** The most of all runs. */
  readonly memoryMb: number | null;
}

export function summarize(samples: readonly Sample[]): Summary {
  const rates = samples.map(({ items, wallMs }) => (items / wallMs) * 1000);
  const database = samples.flatMap(({ items, databaseCpuMs }) =>
    databaseCpuMs === undefined ? [] : databaseCpuMs / items,
  );
  const memory = samples.flatMap(({ memoryMb }) => memoryMb ?? []);
  return {
    runs: samples.length,
    ratePerSecond: rateOf(median(rates)),
    slowestPerSecond: rateOf(Math.min(...rates)),
    fastestPerSecond: rateOf(Math.max(...rates)),
    cpuMsPerItem: round(median(samples.map(({ items, cpuMs }) => cpuMs / items)), 3),
    databaseCpuMsPerItem: database.length === 0 ? null : round(median(database), 3),
    memoryMb: memory.length === 0 ? null : Math.max(...memory),
  };
}

/** Slow rates with a decimal place. */
const rateOf = (value: number): number => round(value, value < 100 ? 1 : 0);

/** Rounds to so many places. */
export function round(value: number, places: number): number {
  const factor = 10 ** places;
  return Math.round(value * factor) / factor;
}
