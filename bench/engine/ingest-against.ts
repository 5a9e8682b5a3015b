import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DovecotServer, startDovecot } from '../../testbed/servers/dovecot.ts';
import { findBinary } from '../../testbed/servers/find-binary.ts';
import { writeCorpus } from '../corpus.ts';
import type { BenchOptions } from '../measure/bench-options.ts';
import { profiled, takeProfile } from '../measure/cpu-profile.ts';
import type { BenchResult } from '../measure/print-result.ts';
import { type Sample, sampleHere } from '../measure/sample.ts';
import { stageShares } from '../measure/stage-shares.ts';
import { tellRun } from '../measure/tell-run.ts';
import { type BenchEngine, startBenchEngine } from './bench-engine.ts';
import { fillMaildir } from './fill-maildir.ts';
import { checkStored, untilIngested } from './ingest-progress.ts';
import { enableMailbox, seedShop } from './seed-shop.ts';

/** An ingest of S5k and the program that it is measured against. */
export interface Contest {
  readonly id: string;
  readonly claim: string;
  readonly protocol: 'pop3' | 'imap';
  readonly rival: {
    readonly name: string;
    /** Why it has no samples where it is not installed. */
    readonly missing: string;
    /** Fetches everything of a user into a folder. */
    readonly fetch: (
      program: string,
      dovecot: DovecotServer,
      user: string,
      folder: string,
      count: number,
    ) => Promise<Sample>;
  };
}

/** S5k from Dovecot, everything done and committed by one worker, in turns with a program that only stores each message. */
export async function ingestAgainst(options: BenchOptions, contest: Contest): Promise<BenchResult> {
  const { id, claim, protocol, rival } = contest;
  const folder = mkdtempSync(path.join(tmpdir(), `mailroom-${id.toLowerCase()}-`));
  const dovecot = await startDovecot();
  const program = findBinary(rival.name);
  const ours: Sample[] = [];
  const theirs: Sample[] = [];
  let facts: Readonly<Record<string, string>> = {};
  let stages: BenchResult['stages'];
  try {
    const files = writeCorpus('S5k', path.join(folder, 'corpus')).slice(0, options.maxItems);
    for (let run = 1; run <= options.runs; run += 1) {
      fillMaildir(dovecot, `engine${run}`, files);
      const engine = await withEngine(dovecot, protocol, `engine${run}`, files.length, async ({ bench, read }) => {
        facts = bench.databaseFacts;
        return profiled(`${id.toLowerCase()}-run${run}`, () => sampleHere(files.length, bench.databasePid, read));
      });
      ours.push(engine);
      tellRun(run, options.runs, 'Mailroom', engine);
      if (program === undefined) continue;
      const user = `${rival.name}${run}`;
      fillMaildir(dovecot, user, files);
      const sample = await rival.fetch(program, dovecot, user, path.join(folder, user), files.length);
      theirs.push(sample);
      tellRun(run, options.runs, rival.name, sample);
    }
    fillMaildir(dovecot, 'stages', files);
    stages = stageShares(await withEngine(dovecot, protocol, 'stages', files.length, ({ read }) => takeProfile(read)));
  } finally {
    await dovecot.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    id,
    claim,
    corpus: 'S5k',
    sides: [
      { name: 'Mailroom', samples: ours },
      { name: rival.name, samples: theirs, ...(program === undefined ? { skipped: rival.missing } : {}) },
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
  protocol: Contest['protocol'],
  user: string,
  count: number,
  use: (ready: ReadyEngine) => Promise<T>,
): Promise<T> {
  const bench = await startBenchEngine();
  try {
    const incoming = { protocol, port: dovecot.ports[protocol] };
    const shop = await seedShop(bench, { incoming, smtpPort: 25 });
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
