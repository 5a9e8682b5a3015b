import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DovecotServer, startDovecot } from '../testbed/servers/dovecot.ts';
import { writeCorpus } from './corpus.ts';
import { fillMaildir } from './engine/fill-maildir.ts';
import { startWorkerScene } from './engine/worker-scene.ts';
import type { BenchOptions } from './measure/bench-options.ts';
import type { BenchResult } from './measure/print-result.ts';
import type { Sample } from './measure/sample.ts';
import { tellRun } from './measure/tell-run.ts';

/** Mailboxes that the corpus is spread over; a worker takes 16 at a time. */
const mailboxCount = 50;

/** Messages that bring the workers into their stride before they are measured. */
const warmUp = 1000;

/** B10: the daily corpus spread over 50 mailboxes, read by two worker processes and by one. */
export async function twoWorkers(options: BenchOptions): Promise<BenchResult> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-b10-'));
  const dovecot = await startDovecot();
  const samples: Record<1 | 2, Sample[]> = { 1: [], 2: [] };
  let facts: Readonly<Record<string, string>> = {};
  try {
    const files = writeCorpus('S5k', path.join(folder, 'corpus')).slice(0, options.maxItems);
    const first = files.slice(0, warmUp);
    const rest = files.slice(warmUp);
    for (let run = 1; run <= options.runs; run += 1) {
      for (const workers of [2, 1] as const) {
        const users = spread(dovecot, `run${run}w${workers}`, first);
        const scene = await startWorkerScene(dovecot, users, workers);
        try {
          await scene.ingest(first.length);
          spread(dovecot, `run${run}w${workers}`, rest, first.length);
          const sample = await scene.ingest(rest.length);
          facts = scene.bench.databaseFacts;
          samples[workers].push(sample);
          tellRun(run, options.runs, workers === 1 ? 'one worker' : 'two workers', sample);
        } finally {
          await scene.stop();
        }
      }
    }
  } finally {
    await dovecot.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    id: 'B10',
    claim: 'POP3 full ingest of 50 mailboxes, committed, by two worker processes in their stride; by one',
    corpus: 'S5k',
    sides: [
      { name: 'two workers', samples: samples[2] },
      { name: 'one worker', samples: samples[1] },
    ],
    facts,
  };
}

/** Puts the messages into maildrops in turn and returns their users. */
function spread(dovecot: DovecotServer, prefix: string, files: readonly string[], before = 0): readonly string[] {
  const users = Array.from({ length: mailboxCount }, (_, index) => `${prefix}-${index}`);
  users.forEach((user, index) => {
    fillMaildir(
      dovecot,
      user,
      files.filter((_, number) => number % users.length === index),
      before,
    );
  });
  return users;
}
