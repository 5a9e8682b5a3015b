import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startDovecot } from '../testbed/servers/dovecot.ts';
import { findBinary } from '../testbed/servers/find-binary.ts';
import { writeCorpus } from './corpus.ts';
import { fillMaildir } from './engine/fill-maildir.ts';
import { fetchWithMpop, mpopMissing } from './engine/mpop.ts';
import { startWorkerScene, type WorkerScene } from './engine/worker-scene.ts';
import type { BenchOptions } from './measure/bench-options.ts';
import type { BenchResult } from './measure/print-result.ts';
import { round, type Sample } from './measure/sample.ts';
import { tellRun } from './measure/tell-run.ts';

const user = 'worker';

/**
 * B3: 200 messages of a megabyte over POP3, everything done and committed, against mpop with fsync; peak memory of the worker. Each run
 * brings other messages of the same shape into one maildrop, which one worker reads. Its first run is told by itself: the worker compiles
 * what the others run, and the database server touches its memory for the first time.
 */
export async function largeMessages(options: BenchOptions): Promise<BenchResult> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-b3-'));
  const dovecot = await startDovecot();
  const mpop = findBinary('mpop');
  const cold: Sample[] = [];
  const ours: Sample[] = [];
  const theirs: Sample[] = [];
  let scene: WorkerScene | undefined;
  try {
    scene = await startWorkerScene(dovecot, [user], 1);
    let before = 0;
    for (let run = 0; run <= options.runs; run += 1) {
      const files = writeCorpus('B200', path.join(folder, `corpus${run}`), run).slice(0, options.maxItems);
      fillMaildir(dovecot, user, files, before);
      before += files.length;
      const sample = await ingest(scene, files.length);
      tellRun(run, options.runs, run === 0 ? 'Mailroom, just started,' : 'Mailroom', sample);
      (run === 0 ? cold : ours).push(sample);
      if (run === 0 || mpop === undefined) continue;
      fillMaildir(dovecot, `mpop${run}`, files);
      const other = await fetchWithMpop(mpop, dovecot, `mpop${run}`, path.join(folder, `mpop${run}`), files.length);
      theirs.push(other);
      tellRun(run, options.runs, 'mpop', other);
    }
    const skipped = mpop === undefined ? { skipped: mpopMissing } : {};
    return {
      id: 'B3',
      claim:
        'POP3 full ingest of messages of 1 MB, committed, one worker and a database in their stride; mpop stores to maildir with fsync a message',
      corpus: 'B200',
      memory: 'peak',
      sides: [
        { name: 'Mailroom', samples: ours },
        { name: 'mpop', samples: theirs, ...skipped },
        { name: 'Mailroom, first run of both', samples: cold },
      ],
      facts: scene.bench.databaseFacts,
    };
  } finally {
    await scene?.stop();
    await dovecot.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ingest(scene: WorkerScene, count: number): Promise<Sample> {
  const sample = await scene.ingest(count);
  const peak = Math.max(...scene.workers.map((worker) => worker.peakBytes()));
  return { ...sample, memoryMb: round(peak / 2 ** 20, 0) };
}
