import { systemClock } from '../../src/base/clock.ts';
import type { BenchOptions } from '../measure/bench-options.ts';
import type { BenchResult } from '../measure/print-result.ts';
import { round, type Sample, sampleProcesses } from '../measure/sample.ts';
import { tellRun } from '../measure/tell-run.ts';
import type { WatchScene } from './watch-scene.ts';

const mailboxCount = 2000;
const quietMs = 30_000;
const patienceMs = 1_200_000;

/** What 2,000 watched mailboxes cost while nothing arrives, beside a worker that reads the same mailboxes and watches none. */
export async function quietWatch(
  options: BenchOptions,
  server: string,
  start: (count: number) => Promise<WatchScene>,
): Promise<BenchResult> {
  const count = Math.min(mailboxCount, options.maxItems);
  const samples: Sample[] = [];
  const scene = await start(count);
  let kilobytesEach = 0;
  try {
    const reader = await scene.work(0);
    await scene.settled(patienceMs, 0);
    // A turn each, as opening a line brings about too.
    await scene.bench.engine.database.sql("update mr_mailboxlease set dueon = now() where work = 'incoming'");
    await scene.settled(patienceMs, 0);
    // What turns left behind is gone after a while of quiet.
    await systemClock.sleep(quietMs);
    const before = reader.residentBytes();
    const few = await scene.work();
    await scene.settled(patienceMs);
    await systemClock.sleep(quietMs);
    kilobytesEach = Math.round((few.residentBytes() - before) / count / 1024);
    for (let run = 1; run <= options.runs; run += 1) {
      const sample = await sampleProcesses(count, [few.pid], scene.bench.databasePid, () => systemClock.sleep(quietMs));
      samples.push({ ...sample, memoryMb: few.residentBytes() / 1024 / 1024 });
      tellRun(run, options.runs, 'Mailroom', sample);
    }
  } finally {
    await scene.stop();
  }
  const percent = (some: readonly Sample[]): number => {
    const sum = (of: (sample: Sample) => number): number => some.reduce((total, sample) => total + of(sample), 0);
    return round((100 * sum(({ cpuMs }) => cpuMs)) / sum(({ wallMs }) => wallMs), 1);
  };
  const busiest = Math.max(...samples.map((sample) => percent([sample])));
  return {
    id: 'B7',
    claim: `watched ${server} mailboxes while nothing arrives: ${kilobytesEach} kB each, ${percent(samples)} % of a core (${busiest} % in the busiest half minute)`,
    corpus: `${count} mailboxes`,
    memory: 'resident',
    sides: [{ name: 'Mailroom', samples }],
    facts: {
      ...scene.bench.databaseFacts,
      kilobytesEach,
      corePercent: percent(samples),
      busiestPercent: busiest,
      ...scene.facts(),
    },
  };
}
