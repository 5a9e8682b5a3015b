import { calendarEvents } from './corpus/calendar.ts';
import { startCalendarScene } from './engine/calendar-scene.ts';
import { startVdirsyncerScene, vdirsyncerMissing } from './engine/vdirsyncer.ts';
import type { BenchOptions } from './measure/bench-options.ts';
import type { BenchResult } from './measure/print-result.ts';
import { median, round, type Sample, sampleProcesses } from './measure/sample.ts';
import { tellRun } from './measure/tell-run.ts';

const eventCount = 1000;
/** Passes without change that are measured together, for processor time is counted in hundredths of a second. */
const passCount = 20;

/** B12: the first synchronisation of 1,000 appointments out of Exchange into records, and passes without change; vdirsyncer downloads the same from Radicale. */
export async function appointments(options: BenchOptions): Promise<BenchResult> {
  const events = calendarEvents(Math.min(eventCount, options.maxItems));
  const missing = vdirsyncerMissing();
  const dav =
    missing === undefined ? await startVdirsyncerScene(new Map(events.map(({ uid, ics }) => [uid, ics]))) : undefined;
  const ours: Sample[] = [];
  const theirs: Sample[] = [];
  const idle: Sample[] = [];
  const idleTheirs: Sample[] = [];
  let facts: Readonly<Record<string, string>> = {};
  try {
    for (let run = 1; run <= options.runs; run += 1) {
      const scene = await startCalendarScene(events);
      try {
        facts = scene.bench.databaseFacts;
        const pids = [scene.worker.pid];
        const first = await sampleProcesses(events.length, pids, scene.bench.databasePid, () => scene.pass());
        const linked = await scene.linked();
        if (linked !== events.length) throw new Error(`Only ${linked} of ${events.length} appointments are linked.`);
        ours.push(first);
        tellRun(run, options.runs, 'Mailroom', first);
        const again = await sampleProcesses(passCount, pids, scene.bench.databasePid, async () => {
          for (let pass = 0; pass < passCount; pass += 1) await scene.pass();
        });
        idle.push(again);
        tellRun(run, options.runs, 'nothing new', again);
      } finally {
        await scene.stop();
      }
      const other = await dav?.run();
      if (other === undefined) continue;
      theirs.push(other.first);
      idleTheirs.push(other.again);
      tellRun(run, options.runs, 'vdirsyncer', other.first);
    }
  } finally {
    await dav?.stop();
  }
  const cpu = (samples: readonly Sample[]): number =>
    round(median(samples.map(({ cpuMs, items }) => cpuMs / items)), 1);
  const skipped = missing === undefined ? {} : { skipped: missing };
  return {
    id: 'B12',
    claim: `first synchronisation of appointments into records, committed; then ${cpu(idle)} ms CPU a pass without change (vdirsyncer ${cpu(idleTheirs)} ms)`,
    corpus: `CAL${events.length}`,
    sides: [
      { name: 'Mailroom', samples: ours },
      { name: 'vdirsyncer', samples: theirs, ...skipped },
      { name: 'Mailroom, nothing new', samples: idle },
      { name: 'vdirsyncer, nothing new', samples: idleTheirs, ...skipped },
    ],
    facts: { ...facts, idleCpuMs: cpu(idle) },
  };
}
