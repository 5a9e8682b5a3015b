/** How the benchmarks run, from the environment. */
export interface BenchOptions {
  /** Runs of each side: BENCH_RUNS, 5 unless told otherwise. */
  readonly runs: number;
  /** Messages of a run: BENCH_ITEMS, all unless told otherwise. */
  readonly maxItems: number;
}

/** Reads BENCH_RUNS and BENCH_ITEMS; throws for what is no positive whole number. */
export function benchOptions(environment: Readonly<Record<string, string | undefined>>): BenchOptions {
  return { runs: whole(environment, 'BENCH_RUNS', 5), maxItems: whole(environment, 'BENCH_ITEMS', 1_000_000) };
}

function whole(environment: Readonly<Record<string, string | undefined>>, name: string, otherwise: number): number {
  const text = environment[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`${name} must be a whole number from 1 on, found "${text}".`);
  return value;
}
