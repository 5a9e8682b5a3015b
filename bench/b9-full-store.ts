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

/**
 * B9: the daily corpus read into a store that already holds 1,000,000 emails (BENCH_STORED), and into an empty one. Another mailbox with as
 * many messages is read before: while a store is filled the engine rests, and is slower by a quarter in what it does next.
 */
export async function fullStore(options: BenchOptions): Promise<BenchResult> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-b9-'));
  const dovecot = await startDovecot();
  const full: Sample[] = [];
  const empty: Sample[] = [];
  try {
    const [before = [], files = []] = [1, 0].map((volume) =>
      writeCorpus('S5k', path.join(folder, `corpus${volume}`), volume).slice(0, options.maxItems),
    );
    const ingest = async (run: number, name: string, stored: number): Promise<Sample> => {
      const users = [`${name}${run}-before`, `${name}${run}`] as const;
      fillMaildir(dovecot, users[0], before);
      fillMaildir(dovecot, users[1], files);
      const sample = await ingestBeside(dovecot, users, files.length, stored);
      tellRun(run, options.runs, `${name} store`, sample);
      return sample;
    };
    for (let run = 1; run <= options.runs; run += 1) {
      full.push(await ingest(run, 'full', options.stored));
      empty.push(await ingest(run, 'empty', 0));
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

async function ingestBeside(
  dovecot: DovecotServer,
  users: readonly [before: string, measured: string],
  count: number,
  stored: number,
): Promise<Sample> {
  const bench = await startBenchEngine();
  try {
    const { database } = bench.engine;
    const shop = await seedShop(bench, { incoming: { protocol: 'pop3', port: dovecot.ports.pop3 }, smtpPort: 25 });
    const mailboxids = [shop.queues[0]?.mailboxid ?? '', shop.queues[1]?.mailboxid ?? ''] as const;
    await storeEmails(database, stored);
    const ingest = async (number: 0 | 1): Promise<void> => {
      bench.engine.wake();
      await untilIngested(database, [mailboxids[number]], count);
    };
    const enable = (number: 0 | 1): Promise<void> =>
      enableMailbox(bench, mailboxids[number], 'incoming', { username: users[number], password: dovecot.password });
    await enable(0);
    await ingest(0);
    await enable(1);
    const sample = await sampleHere(count, bench.databasePid, () => ingest(1));
    await checkStored(database, mailboxids, 2 * count);
    return sample;
  } finally {
    await bench.stop();
  }
}
