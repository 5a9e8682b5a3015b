import { makeLoopbackProfile } from '../src/app/loopback-profile.ts';
import { systemClock } from '../src/base/clock.ts';
import { type DovecotServer, startDovecot } from '../testbed/servers/dovecot.ts';
import { type BenchEngine, startBenchEngine } from './engine/bench-engine.ts';
import type { BenchOptions } from './measure/bench-options.ts';
import { profiled } from './measure/cpu-profile.ts';
import type { BenchResult } from './measure/print-result.ts';
import { type Sample, sampleHere } from './measure/sample.ts';
import { tellRun } from './measure/tell-run.ts';

const mailboxCount = 2000;
// The question goes through all mailboxes: asked often it would be part of what is measured.
const pollMs = 1000;
const patienceMs = 600_000;

/** B6: one pass over 2,000 mailboxes in which nothing is new: a sign-in and a listing each, reported on the mailbox. */
export async function idlePass(options: BenchOptions): Promise<BenchResult> {
  const count = Math.min(mailboxCount, options.maxItems);
  const dovecot = await startDovecot({ maxConnections: 1000 });
  const samples: Sample[] = [];
  let facts: Readonly<Record<string, string>> = {};
  try {
    const bench = await startBenchEngine();
    try {
      facts = bench.databaseFacts;
      await makeMailboxes(bench, dovecot, count);
      // The first pass makes the maildrops and remembers where each mailbox begins; it is not measured.
      await pass(bench, count, 1);
      for (let run = 1; run <= options.runs; run += 1) {
        const sample = await profiled(`b6-run${run}`, () =>
          sampleHere(count, bench.databasePid, () => pass(bench, count, run + 1)),
        );
        samples.push(sample);
        tellRun(run, options.runs, 'Mailroom', sample);
      }
    } finally {
      await bench.stop();
    }
  } finally {
    await dovecot.stop();
  }
  return {
    id: 'B6',
    claim: 'one pass over idle mailboxes, a POP3 sign-in and listing each',
    corpus: `${count} empty mailboxes`,
    sides: [{ name: 'Mailroom', samples }],
    facts,
  };
}

/** Mailboxes that are read once an hour, so that only the benchmark makes them due. */
async function makeMailboxes(bench: BenchEngine, dovecot: DovecotServer, count: number): Promise<void> {
  const id = await makeLoopbackProfile(bench.store, bench.engine.organization.organizationid, {
    name: 'Idle',
    incoming: { protocol: 'pop3', port: dovecot.ports.pop3 },
    smtpPort: 25,
    signsInToSend: false,
    intervalSeconds: 3600,
  });
  const mailboxes = Array.from({ length: count }, (_, index) => ({
    name: `idle${index}`,
    emailaddress: `idle${index}@harbour.example`,
    emailserverprofile: { table: 'emailserverprofile', id },
    incomingemaildeliverymethod: 2,
    outgoingemaildeliverymethod: 0,
    emailrouteraccessapproval: 1,
    enabledforincomingemail: true,
    allowemailconnectortousecredentials: true,
    username: `idle${index}`,
    password: dovecot.password,
  }));
  await bench.engine.database.records.createMany('mailbox', mailboxes);
}

/** Makes every mailbox due and waits until each was looked at for the `times`-th time. */
async function pass(bench: BenchEngine, count: number, times: number): Promise<void> {
  const { database } = bench.engine;
  bench.engine.wake();
  await database.sql("update mr_mailboxlease set dueon = now() where work = 'incoming' and worker is null");
  bench.engine.wake();
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const [row] = await database.sql<{ done: number; failed: number }>(
      "select count(*) filter (where processedtimes >= $1)::int as done, count(*) filter (where mr_incominglasterror is not null)::int as failed from mailbox where name like 'idle%'",
      [times],
    );
    if (row !== undefined && row.failed > 0) throw new Error(`${row.failed} of ${count} mailboxes failed.`);
    if ((row?.done ?? 0) >= count) return;
    if (performance.now() > deadline) throw new Error(`Only ${row?.done} of ${count} mailboxes were looked at.`);
    await systemClock.sleep(pollMs);
  }
}
