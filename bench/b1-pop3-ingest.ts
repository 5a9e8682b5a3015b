import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../src/base/clock.ts';
import type { Database } from '../src/store/database.ts';
import { type DovecotServer, startDovecot } from '../testbed/servers/dovecot.ts';
import { findBinary } from '../testbed/servers/find-binary.ts';
import { writeCorpus } from './corpus.ts';
import { startBenchEngine } from './engine/bench-engine.ts';
import { fillMaildir } from './engine/fill-maildir.ts';
import { enableMailbox, seedShop } from './engine/seed-shop.ts';
import type { BenchOptions } from './measure/bench-options.ts';
import { profiled } from './measure/cpu-profile.ts';
import type { BenchResult } from './measure/print-result.ts';
import { endedChildrenCpuMs } from './measure/process-cpu.ts';
import { type Sample, sampleHere } from './measure/sample.ts';

const pollMs = 100;
const patienceMs = 120_000;

/** B1: S5k over POP3 from Dovecot, everything done and committed, against mpop that only stores each message with fsync. */
export async function pop3Ingest(options: BenchOptions): Promise<BenchResult> {
  const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-b1-'));
  const dovecot = await startDovecot();
  const mpop = findBinary('mpop');
  const ours: Sample[] = [];
  const theirs: Sample[] = [];
  let facts: Readonly<Record<string, string>> = {};
  try {
    const files = writeCorpus('S5k', path.join(folder, 'corpus')).slice(0, options.maxItems);
    for (let run = 1; run <= options.runs; run += 1) {
      fillMaildir(dovecot, `engine${run}`, files);
      const engine = await ingest(dovecot, `engine${run}`, files.length, run);
      ours.push(engine.sample);
      facts = engine.facts;
      tell(run, options.runs, 'Mailroom', engine.sample);
      if (mpop === undefined) continue;
      fillMaildir(dovecot, `mpop${run}`, files);
      const sample = await fetchWithMpop(mpop, dovecot, `mpop${run}`, path.join(folder, `mpop${run}`), files.length);
      theirs.push(sample);
      tell(run, options.runs, 'mpop', sample);
    }
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
        ...(mpop === undefined ? { skipped: 'not installed (apt-get install mpop)' } : {}),
      },
    ],
    facts,
  };
}

const tell = (run: number, runs: number, who: string, sample: Sample): void =>
  void process.stderr.write(
    `run ${run} of ${runs}: ${who} ${Math.round((sample.items / sample.wallMs) * 1000)}/s, ${(sample.cpuMs / sample.items).toFixed(2)} ms CPU${sample.databaseCpuMs === undefined ? '' : ` + ${(sample.databaseCpuMs / sample.items).toFixed(2)} ms database`}\n`,
  );

/** One ingest by a fresh engine with an empty database. */
async function ingest(
  dovecot: DovecotServer,
  user: string,
  count: number,
  run: number,
): Promise<{ readonly sample: Sample; readonly facts: Readonly<Record<string, string>> }> {
  const bench = await startBenchEngine();
  try {
    const shop = await seedShop(bench, { pop3Port: dovecot.ports.pop3, smtpPort: 25 });
    const mailboxid = shop.queues[0]?.mailboxid ?? '';
    await enableMailbox(bench, mailboxid, 'incoming', { username: user, password: dovecot.password });
    const sample = await profiled(`b1-run${run}`, () =>
      sampleHere(count, bench.databasePid, async () => {
        bench.engine.wake();
        await untilStored(bench.engine.database, count);
      }),
    );
    return { sample, facts: bench.databaseFacts };
  } finally {
    await bench.stop();
  }
}

/** Waits until `count` emails are stored; throws with the reasons given for the others. */
async function untilStored(database: Database, count: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    // Counted in the small table that is written in the same transactions, so that watching costs the database little.
    const [row] = await database.sql<{ seen: number; stored: number }>(
      'select s.seen, case when s.seen >= $1 then (select count(*)::int from email) else 0 end as stored from (select count(*)::int as seen from mr_sighting) s',
      [count],
    );
    const stored = row?.stored ?? 0;
    if (stored >= count) return;
    if (performance.now() > deadline) {
      const reasons = await database.sql<{ reason: string; n: number }>(
        'select mr_reason as reason, count(*)::int as n from mr_maildecision group by mr_reason order by n desc limit 5',
      );
      const mailboxes = await database.sql<{ error: string }>(
        'select mr_incominglasterror as error from mailbox where mr_incominglasterror is not null',
      );
      const why = [...reasons.map(({ reason, n }) => `${n} x ${reason}`), ...mailboxes.map(({ error }) => error)];
      throw new Error(`Only ${stored} of ${count} messages were stored in ${patienceMs / 1000} s. ${why.join('; ')}`);
    }
    await systemClock.sleep(pollMs);
  }
}

/** One fetch by mpop into an empty maildir; it flushes each message to the disk before it goes on. */
async function fetchWithMpop(
  program: string,
  dovecot: DovecotServer,
  user: string,
  folder: string,
  count: number,
): Promise<Sample> {
  for (const name of ['new', 'cur', 'tmp']) mkdirSync(path.join(folder, 'maildir', name), { recursive: true });
  const config = path.join(folder, 'mpoprc');
  const lines = [
    'account bench',
    'host 127.0.0.1',
    `port ${dovecot.ports.pop3}`,
    'tls off',
    'auth user',
    `user ${user}`,
    `password ${dovecot.password}`,
    'keep on',
    `uidls_file ${path.join(folder, 'uidls')}`,
    `delivery maildir ${path.join(folder, 'maildir')}`,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`, { mode: 0o600 });
  const cpuBefore = endedChildrenCpuMs();
  const startedOn = performance.now();
  await succeed(program, ['-C', config, '-q', 'bench']);
  const wallMs = performance.now() - startedOn;
  const cpuMs = endedChildrenCpuMs() - cpuBefore;
  const stored = readdirSync(path.join(folder, 'maildir', 'new')).length;
  if (stored !== count) throw new Error(`mpop stored ${stored} of ${count} messages.`);
  return { items: count, wallMs, cpuMs };
}

function succeed(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}.`))));
  });
}
