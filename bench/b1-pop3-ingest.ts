import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DovecotServer, startDovecot } from '../testbed/servers/dovecot.ts';
import { findBinary } from '../testbed/servers/find-binary.ts';
import { writeCorpus } from './corpus.ts';
import { type BenchEngine, startBenchEngine } from './engine/bench-engine.ts';
import { fillMaildir } from './engine/fill-maildir.ts';
import { checkStored, untilIngested } from './engine/ingest-progress.ts';
import { fetchWithMpop, mpopMissing } from './engine/mpop.ts';
import { enableMailbox, seedShop } from './engine/seed-shop.ts';
import type { BenchOptions } from './measure/bench-options.ts';
import { profiled, takeProfile } from './measure/cpu-profile.ts';
import type { BenchResult } from './measure/print-result.ts';
import { type Sample, sampleHere } from './measure/sample.ts';
import { stageShares } from './measure/stage-shares.ts';
import { tellRun } from './measure/tell-run.ts';

/** B1: S5k over POP3 from Dovecot, everything done and committed, against mpop that only stores each message with fsync. */
export async function pop3Ingest(options: BenchOptions): Promise<BenchResult> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-b1-'));
  const dovecot = await startDovecot();
  const mpop = findBinary('mpop');
  const ours: Sample[] = [];
  const theirs: Sample[] = [];
  let facts: Readonly<Record<string, string>> = {};
  let stages: BenchResult['stages'];
  try {
    const files = writeCorpus('S5k', path.join(folder, 'corpus')).slice(0, options.maxItems);
    for (let run = 1; run <= options.runs; run += 1) {
      fillMaildir(dovecot, `engine${run}`, files);
      const engine = await withEngine(dovecot, `engine${run}`, files.length, async ({ bench, read }) => {
        facts = bench.databaseFacts;
        return profiled(`b1-run${run}`, () => sampleHere(files.length, bench.databasePid, read));
      });
      ours.push(engine);
      tellRun(run, options.runs, 'Mailroom', engine);
      if (mpop === undefined) continue;
      fillMaildir(dovecot, `mpop${run}`, files);
      const sample = await fetchWithMpop(mpop, dovecot, `mpop${run}`, path.join(folder, `mpop${run}`), files.length);
      theirs.push(sample);
      tellRun(run, options.runs, 'mpop', sample);
    }
    fillMaildir(dovecot, 'stages', files);
    stages = stageShares(await withEngine(dovecot, 'stages', files.length, ({ read }) => takeProfile(read)));
  } finally {
    await dovecot.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    id: 'B1',
    claim: 'POP3 full ingest, committed, one worker; mpop stores to maildir with fsync a message',
    corpus: 'S5k',
    sides: [
      { name: 'Mailroom', samples: ours },
      {
        name: 'mpop',
        samples: theirs,
        ...(mpop === undefined ? { skipped: mpopMissing } : {}),
      },
    ],
    facts,
    ...(stages === undefined ? {} : { stages }),
  };
}

/** A fresh engine with an empty database that is about to read one mailbox. */
interface ReadyEngine {
  readonly bench: BenchEngine;
  /** Reads everything. */
  read(): Promise<void>;
}

/** Prepares an ingest by a fresh engine, lets `use` carry it out and checks that every message became an email. */
async function withEngine<T>(
  dovecot: DovecotServer,
  user: string,
  count: number,
  use: (ready: ReadyEngine) => Promise<T>,
): Promise<T> {
  const bench = await startBenchEngine();
  try {
    const shop = await seedShop(bench, { pop3Port: dovecot.ports.pop3, smtpPort: 25 });
    const mailboxids = [shop.queues[0]?.mailboxid ?? ''];
    await enableMailbox(bench, mailboxids[0] ?? '', 'incoming', { username: user, password: dovecot.password });
    const { database } = bench.engine;
    const result = await use({
      bench,
      read: async () => {
        bench.engine.wake();
        await untilIngested(database, mailboxids, count);
      },
    });
    await checkStored(database, mailboxids, count);
    return result;
  } finally {
    await bench.stop();
  }
}
