import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DovecotServer, startDovecot } from '../testbed/servers/dovecot.ts';
import { writeCorpus } from './corpus.ts';
import { startBenchEngine } from './engine/bench-engine.ts';
import { fillMaildir } from './engine/fill-maildir.ts';
import { checkStored, untilIngested } from './engine/ingest-progress.ts';
import { enableMailbox, seedShop } from './engine/seed-shop.ts';
import { storeEmails } from './engine/store-emails.ts';
import type { BenchOptions } from './measure/bench-options.ts';
import type { BenchResult } from './measure/print-result.ts';
import { type Sample, sampleHere } from './measure/sample.ts';
import { tellRun } from './measure/tell-run.ts';

/** B9: the daily corpus read into a store that already holds 1,000,000 emails (BENCH_STORED), and into an empty one. */
export async function fullStore(options: BenchOptions): Promise<BenchResult> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-b9-'));
  const dovecot = await startDovecot();
  const full: Sample[] = [];
  const empty: Sample[] = [];
  try {
    const files = writeCorpus('S5k', path.join(folder, 'corpus')).slice(0, options.maxItems);
    for (let run = 1; run <= options.runs; run += 1) {
      for (const [name, stored, samples] of [
        ['full', options.stored, full],
        ['empty', 0, empty],
      ] as const) {
        fillMaildir(dovecot, `${name}${run}`, files);
        const sample = await ingestBeside(dovecot, `${name}${run}`, files.length, stored);
        samples.push(sample);
        tellRun(run, options.runs, `${name} store`, sample);
      }
    }
  } finally {
    await dovecot.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    id: 'B9',
    claim: `POP3 full ingest, committed, into a store that holds ${options.stored} emails; into an empty one`,
    corpus: 'S5k',
    sides: [
      { name: 'full store', samples: full },
      { name: 'empty store', samples: empty },
    ],
    facts: { stored: options.stored },
  };
}

async function ingestBeside(dovecot: DovecotServer, user: string, count: number, stored: number): Promise<Sample> {
  const bench = await startBenchEngine();
  try {
    const { database } = bench.engine;
    const shop = await seedShop(bench, { incoming: { protocol: 'pop3', port: dovecot.ports.pop3 }, smtpPort: 25 });
    const mailboxids = [shop.queues[0]?.mailboxid ?? ''];
    await storeEmails(database, stored);
    await enableMailbox(bench, mailboxids[0] ?? '', 'incoming', { username: user, password: dovecot.password });
    const sample = await sampleHere(count, bench.databasePid, async () => {
      bench.engine.wake();
      await untilIngested(database, mailboxids, count);
    });
    await checkStored(database, mailboxids, count);
    return sample;
  } finally {
    await bench.stop();
  }
}
