import { calendarEvents } from './corpus/calendar.ts';
import { type CalendarUser, startCalendarScene } from './engine/calendar-scene.ts';
import { startVdirsyncerScene, vdirsyncerMissing } from './engine/vdirsyncer.ts';
import type { BenchOptions } from './measure/bench-options.ts';
import { profiled } from './measure/cpu-profile.ts';
import type { BenchResult } from './measure/print-result.ts';
import { median, round, type Sample, sampleProcesses } from './measure/sample.ts';
import { tellRun } from './measure/tell-run.ts';

const eventCount = 1000;
/** Passes without change that are measured together, for processor time is counted in hundredths of a second. */
const passCount = 20;

/**
 * B12: the first synchronisation of 1,000 appointments out of Exchange into records, and passes without change; vdirsyncer downloads the
 * same from Radicale. A user of its own for each run of one worker, whose first run is told by itself: it compiles what the others run.
 */
export async function appointments(options: BenchOptions): Promise<BenchResult> {
  const events = calendarEvents(Math.min(eventCount, options.maxItems));
  const missing = vdirsyncerMissing();
  const scene = await startCalendarScene();
  const dav =
    missing === undefined ? await startVdirsyncerScene(new Map(events.map(({ uid, ics }) => [uid, ics]))) : undefined;
  const cold: Sample[] = [];
  const ours: Sample[] = [];
  const theirs: Sample[] = [];
  const idle: Sample[] = [];
  const idleTheirs: Sample[] = [];
  const sample = (items: number, work: () => Promise<void>): Promise<Sample> =>
    sampleProcesses(items, [scene.worker.pid], scene.bench.databasePid, work);
  try {
    for (let run = 0; run <= options.runs; run += 1) {
      const user = await scene.addUser(events);
      await user.begin();
      const first = await profiled(`b12-exchange-run${run}`, () => sample(events.length, () => user.completed()));
      const linked = await user.linked();
      if (linked !== events.length) throw new Error(`Only ${linked} of ${events.length} appointments are linked.`);
      // The server tells of the stamps, which brings another turn; what is measured next has heard of them.
      await user.end();
      await pass(user);
      tellRun(run, options.runs, run === 0 ? 'Mailroom, just started,' : 'Mailroom', first);
      if (run === 0) {
        cold.push(first);
        continue;
      }
      ours.push(first);
      const again = await sample(passCount, async () => {
        for (let number = 0; number < passCount; number += 1) await pass(user);
      });
      idle.push(again);
      tellRun(run, options.runs, 'nothing new', again);
      const other = await dav?.run();
      if (other === undefined) continue;
      theirs.push(other.first);
      idleTheirs.push(other.again);
      tellRun(run, options.runs, 'vdirsyncer', other.first);
    }
  } finally {
    await dav?.stop();
    await scene.stop();
  }
  const cpu = (samples: readonly Sample[]): number =>
    round(median(samples.map(({ cpuMs, items }) => cpuMs / items)), 1);
  const skipped = missing === undefined ? {} : { skipped: missing };
  return {
    id: 'B12',
    claim: `first synchronisation of appointments into records, from when a worker in its stride takes the mailbox up until all is committed and stamped; then ${cpu(idle)} ms CPU a pass without change (vdirsyncer ${cpu(idleTheirs)} ms)`,
    corpus: `CAL${events.length}`,
    sides: [
      { name: 'Mailroom', samples: ours },
      { name: 'vdirsyncer', samples: theirs, ...skipped },
      { name: 'Mailroom, first run of the worker', samples: cold },
      { name: 'Mailroom, nothing new', samples: idle },
      { name: 'vdirsyncer, nothing new', samples: idleTheirs, ...skipped },
    ],
    facts: { ...scene.bench.databaseFacts, idleCpuMs: cpu(idle) },
  };
}

async function pass(user: CalendarUser): Promise<void> {
  await user.begin();
  await user.end();
}
