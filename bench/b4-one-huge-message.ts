import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DovecotServer, startDovecot } from '../testbed/servers/dovecot.ts';
import { writeCorpus } from './corpus.ts';
import { fillMaildir } from './engine/fill-maildir.ts';
import { startWorkerScene } from './engine/worker-scene.ts';
import type { BenchOptions } from './measure/bench-options.ts';
import type { BenchResult } from './measure/print-result.ts';
import { round, type Sample } from './measure/sample.ts';
import { tellRun } from './measure/tell-run.ts';

/** Daily messages that bring a worker into its stride before its memory is taken as the base. */
const warmUp = 500;

/** B4: one message of 25 MB, everything done and committed: how much the memory of a worker in its stride grows by it. */
export async function oneHugeMessage(options: BenchOptions): Promise<BenchResult> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-b4-'));
  const dovecot = await startDovecot();
  const samples: Sample[] = [];
  try {
    const daily = writeCorpus('S5k', path.join(folder, 'daily')).slice(0, Math.min(warmUp, options.maxItems));
    const huge = writeCorpus('H25', path.join(folder, 'huge'));
    for (let run = 1; run <= options.runs; run += 1) {
      const sample = await growth(dovecot, `run${run}`, daily, huge);
      samples.push(sample);
      tellRun(run, options.runs, 'Mailroom', sample);
    }
  } finally {
    await dovecot.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    id: 'B4',
    claim: 'one message of 25 MB over POP3, committed: growth of the worker above what it had after 500 daily messages',
    corpus: 'H25',
    memory: 'growth',
    sides: [{ name: 'Mailroom', samples }],
    facts: {},
  };
}

async function growth(
  dovecot: DovecotServer,
  user: string,
  daily: readonly string[],
  huge: readonly string[],
): Promise<Sample> {
  fillMaildir(dovecot, user, daily);
  const scene = await startWorkerScene(dovecot, [user], 1);
  try {
    await scene.ingest(daily.length);
    for (const worker of scene.workers) worker.forgetPeak();
    const before = scene.workers.map((worker) => worker.residentBytes());
    fillMaildir(dovecot, user, huge, daily.length);
    const sample = await scene.ingest(huge.length);
    const grown = scene.workers.map((worker, index) => worker.peakBytes() - (before[index] ?? 0));
    return { ...sample, memoryMb: round(Math.max(...grown) / 2 ** 20, 0) };
  } finally {
    await scene.stop();
  }
}
