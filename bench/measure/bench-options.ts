/** How the benchmarks run, from the environment. */
export interface BenchOptions {
  /** Runs of each side: BENCH_RUNS, 5 unless told otherwise. */
  readonly runs: number;
  /** Messages of a run: BENCH_ITEMS, all unless told otherwise. */
  readonly maxItems: number;
  /** Emails that a full store holds: BENCH_STORED, 1,000,000 unless told otherwise. */
  readonly stored: number;
  /** Mailboxes of a large organisation: BENCH_MAILBOXES, 100,000 unless told otherwise. */
  readonly mailboxes: number;
  /** Folder whose data is kept for the next run: BENCH_FOLDER; a temporary one unless told otherwise. */
  readonly folder: string | undefined;
}

/** Reads BENCH_RUNS, BENCH_ITEMS, BENCH_STORED, BENCH_MAILBOXES and BENCH_FOLDER; throws for what is no positive whole number. */
export function benchOptions(environment: Readonly<Record<string, string | undefined>>): BenchOptions {
  return {
    runs: whole(environment, 'BENCH_RUNS', 5),
    maxItems: whole(environment, 'BENCH_ITEMS', 1_000_000),
    stored: whole(environment, 'BENCH_STORED', 1_000_000),
    mailboxes: whole(environment, 'BENCH_MAILBOXES', 100_000),
    folder: environment.BENCH_FOLDER || undefined,
  };
}

function whole(environment: Readonly<Record<string, string | undefined>>, name: string, otherwise: number): number {
  const text = environment[name];
  if (text === undefined || text === '') return otherwise;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`${name} must be a whole number from 1 on, found "${text}".`);
  return value;
}
