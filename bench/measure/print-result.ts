import type { MachineFacts } from './machine-facts.ts';
import { type Sample, summarize } from './sample.ts';

/** A finished benchmark. */
export interface BenchResult {
  /** Id and sentence of the claim (`B1`). */
  readonly id: string;
  readonly claim: string;
  readonly corpus: string;
  /** Ours first, then what it is compared with. */
  readonly sides: readonly BenchSide[];
  /** Further facts for the JSON line, such as server versions and settings. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  /** What `memoryMb` of the samples means, as a heading: `peak`. */
  readonly memory?: string;
  /** Share of each stage in the processor time of ours, in percent, largest first. */
  readonly stages?: readonly (readonly [string, number])[];
}

export interface BenchSide {
  readonly name: string;
  readonly samples: readonly Sample[];
  /** Why there are no samples: the comparison is not installed. */
  readonly skipped?: string;
}

/** Prints one table and one JSON line. */
export function printResult(result: BenchResult, machine: MachineFacts): void {
  const sides = result.sides.map((side) => ({ ...side, summary: summarize(side.samples) }));
  const memoryHeading = result.memory === undefined ? [] : [`${result.memory} MB`];
  const lines = [
    ['', 'rate /s (median)', 'slowest - fastest', 'CPU ms each', 'database CPU ms each', ...memoryHeading, 'runs'],
    ...sides.map(({ name, summary, skipped }) =>
      skipped === undefined
        ? [
            name,
            String(summary.ratePerSecond),
            `${summary.slowestPerSecond} - ${summary.fastestPerSecond}`,
            summary.cpuMsPerItem.toFixed(3),
            summary.databaseCpuMsPerItem?.toFixed(3) ?? '-',
            ...memoryHeading.map(() => summary.memoryMb?.toFixed(0) ?? '-'),
            String(summary.runs),
          ]
        : [name, `skipped: ${skipped}`],
    ),
  ];
  const [ours, theirs] = sides;
  const ratio =
    ours === undefined || theirs === undefined || theirs.skipped !== undefined
      ? null
      : Math.round((ours.summary.ratePerSecond / theirs.summary.ratePerSecond) * 100) / 100;
  const shown = sides.map(({ name, summary, skipped }) => ({
    name,
    ...(skipped === undefined ? summary : { skipped }),
  }));
  const { id, claim, corpus, facts } = result;
  process.stdout.write(`\n${id}: ${claim}\n\n${table(lines)}\n`);
  process.stdout.write(ratio === null ? '\n' : `Ratio of the rates: ${ratio}\n\n`);
  const stages = result.stages === undefined ? {} : { stages: Object.fromEntries(result.stages) };
  if (result.stages !== undefined) process.stdout.write(`${stageTable(result.stages)}\n`);
  process.stdout.write(`${JSON.stringify({ bench: id, corpus, ratio, sides: shown, ...stages, ...facts, machine })}\n`);
}

function stageTable(stages: readonly (readonly [string, number])[]): string {
  const rows = stages.map(([name, percent]) => [name, `${percent.toFixed(1)} %`, '']);
  return `Share of each stage in the engine's processor time (one more run, under the profiler):\n\n${table([['stage', 'share', ''], ...rows])}`;
}

function table(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => (line.length > 2 ? (line[column] ?? '').length : 0))),
  );
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
