import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DovecotServer, startDovecot } from '../testbed/servers/dovecot.ts';
import { findBinary } from '../testbed/servers/find-binary.ts';
import { writeCorpus } from './corpus.ts';
import { fillMaildir } from './engine/fill-maildir.ts';
import { fetchWithMpop, mpopMissing } from './engine/mpop.ts';
import { startWorkerScene } from './engine/worker-scene.ts';
import type { BenchOptions } from './measure/bench-options.ts';
import type { BenchResult } from './measure/print-result.ts';
import { round, type Sample } from './measure/sample.ts';
import { tellRun } from './measure/tell-run.ts';

/** B3: 200 messages of a megabyte over POP3, everything done and committed, against mpop with fsync; peak memory of the worker. */
export async function largeMessages(options: BenchOptions): Promise<BenchResult> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-b3-'));
  const dovecot = await startDovecot();
  const mpop = findBinary('mpop');
  const ours: Sample[] = [];
  const theirs: Sample[] = [];
  let facts: Readonly<Record<string, string>> = {};
  try {
    const files = writeCorpus('B200', path.join(folder, 'corpus')).slice(0, options.maxItems);
    for (let run = 1; run <= options.runs; run += 1) {
      fillMaildir(dovecot, `worker${run}`, files);
      const worker = await ingestByWorker(dovecot, `worker${run}`, files.length);
      facts = worker.facts;
      ours.push(worker.sample);
      tellRun(run, options.runs, 'Mailroom', worker.sample);
      if (mpop === undefined) continue;
      fillMaildir(dovecot, `mpop${run}`, files);
      const sample = await fetchWithMpop(mpop, dovecot, `mpop${run}`, path.join(folder, `mpop${run}`), files.length);
      theirs.push(sample);
      tellRun(run, options.runs, 'mpop', sample);
    }
  } finally {
    await dovecot.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  const skipped = mpop === undefined ? { skipped: mpopMissing } : {};
  return {
    id: 'B3',
    claim: 'POP3 full ingest of messages of 1 MB, committed, one worker; mpop stores to maildir with fsync a message',
    corpus: 'B200',
    memory: 'peak',
    sides: [
      { name: 'Mailroom', samples: ours },
      { name: 'mpop', samples: theirs, ...skipped },
    ],
    facts,
  };
}

async function ingestByWorker(dovecot: DovecotServer, user: string, count: number) {
  const scene = await startWorkerScene(dovecot, [user], 1);
  try {
    const sample = await scene.ingest(count);
    const peak = Math.max(...scene.workers.map((worker) => worker.peakBytes()));
    return { sample: { ...sample, memoryMb: round(peak / 2 ** 20, 0) }, facts: scene.bench.databaseFacts };
  } finally {
    await scene.stop();
  }
}
