import type { Sample } from './sample.ts';

/** Says on standard error how one run of one side went. */
export function tellRun(run: number, runs: number, who: string, sample: Sample): void {
  const rate = ((sample.items / sample.wallMs) * 1000).toFixed(sample.items < 100 ? 1 : 0);
  const each = (ms: number): string => (ms / sample.items).toFixed(2);
  const database = sample.databaseCpuMs === undefined ? '' : ` + ${each(sample.databaseCpuMs)} ms database`;
  const memory = sample.memoryMb === undefined ? '' : `, ${sample.memoryMb} MB`;
  process.stderr.write(`run ${run} of ${runs}: ${who} ${rate}/s, ${each(sample.cpuMs)} ms CPU${database}${memory}\n`);
}
