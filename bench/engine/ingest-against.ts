import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
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

const ourUser = 'engine';
const pollMs = 20;

/**
 * S5k from Dovecot, everything done and committed by one worker, in turns with a program that only stores each message. Each run brings
 * other messages of the same shape into one mailbox, which one worker reads. Its first run is told by itself: the worker compiles what the
 * others run, and the database server touches its memory for the first time.
 */
export async function ingestAgainst(options: BenchOptions, contest: Contest): Promise<BenchResult> {
  const { id, claim, protocol, rival } = contest;
  const folder = mkdtempSync(path.join(tmpdir(), `mailroom-${id.toLowerCase()}-`));
  const dovecot = await startDovecot();
  const program = findBinary(rival.name);
  const cold: Sample[] = [];
  const ours: Sample[] = [];
  const theirs: Sample[] = [];
  let reader: Reader | undefined;
  try {
    reader = await startReader(dovecot, protocol);
    const { bench } = reader;
    const { read, rest } = reader;
    let before = 0;
    const fill = async (volume: number): Promise<readonly string[]> => {
      await rest();
      const files = writeCorpus('S5k', path.join(folder, `corpus${volume}`), volume).slice(0, options.maxItems);
      fillMaildir(dovecot, ourUser, files, before);
      before += files.length;
      return files;
    };
    for (let run = 0; run <= options.runs; run += 1) {
      const files = await fill(run);
      const sample = await profiled(`${id.toLowerCase()}-run${run}`, () =>
        sampleHere(files.length, bench.databasePid, () => read(before)),
      );
      tellRun(run, options.runs, run === 0 ? 'Mailroom, just started,' : 'Mailroom', sample);
      (run === 0 ? cold : ours).push(sample);
      if (run === 0 || program === undefined) continue;
      const user = `${rival.name}${run}`;
      fillMaildir(dovecot, user, files);
      const other = await rival.fetch(program, dovecot, user, path.join(folder, user), files.length);
      theirs.push(other);
      tellRun(run, options.runs, rival.name, other);
    }
    await fill(options.runs + 1);
    const stages = stageShares(await takeProfile(() => read(before)));
    await checkStored(bench.engine.database, [reader.mailboxid], before);
    return {
      id,
      claim,
      corpus: 'S5k',
      sides: [
        { name: 'Mailroom', samples: ours },
        { name: rival.name, samples: theirs, ...(program === undefined ? { skipped: rival.missing } : {}) },
        { name: 'Mailroom, first run of both', samples: cold },
      ],
      facts: bench.databaseFacts,
      stages,
    };
  } finally {
    await reader?.bench.stop();
    await dovecot.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An engine with a database of its own that reads one mailbox when told. */
interface Reader {
  readonly bench: BenchEngine;
  readonly mailboxid: string;
  /** Ends the turn under way and lets none begin before the next reading. */
  rest(): Promise<void>;
  /** Reads what lies in the mailbox now, `total` messages with those read before. */
  read(total: number): Promise<void>;
}

async function startReader(dovecot: DovecotServer, protocol: Contest['protocol']): Promise<Reader> {
  // No open line: what is put into the mailbox is read when the clock of the measurement runs.
  const bench = await startBenchEngine(undefined, undefined, { watchedMailboxes: 0 });
  try {
    const shop = await seedShop(bench, { incoming: { protocol, port: dovecot.ports[protocol] }, smtpPort: 25 });
    const mailboxid = shop.queues[0]?.mailboxid ?? '';
    const { database } = bench.engine;
    let isEnabled = false;
    const rest = async (): Promise<void> => {
      const held = () => database.sql('select 1 from mr_mailboxlease where worker is not null');
      while ((await held()).length > 0) await systemClock.sleep(pollMs);
      await database.sql("update mr_mailboxlease set dueon = now() + interval '1 day'");
    };
    const read = async (total: number): Promise<void> => {
      if (!isEnabled)
        await enableMailbox(bench, mailboxid, 'incoming', { username: ourUser, password: dovecot.password });
      isEnabled = true;
      await database.sql('update mr_mailboxlease set dueon = now() where worker is null');
      bench.engine.wake();
      await untilIngested(database, [mailboxid], total);
    };
    return { bench, mailboxid, rest, read };
  } catch (error) {
    await bench.stop();
    throw error;
  }
}
