import { systemClock } from '../../src/base/clock.ts';
import type { BenchOptions } from '../measure/bench-options.ts';
import type { BenchResult } from '../measure/print-result.ts';
import { type Sample, sampleProcesses } from '../measure/sample.ts';
import { tellRun } from '../measure/tell-run.ts';
import type { WatchScene } from './watch-scene.ts';

const mailboxCount = 200;
/** Mails of a run, at a steady pace. */
const mailCount = 300;
const paceMs = 200;
/** A record is looked for this often: the times told are too long by as much, milliseconds. */
const pollMs = 10;
const patienceMs = 300_000;

/** From the arrival of a mail on the server to its committed email record, 200 mailboxes watched. */
export async function arrivalDelays(
  options: BenchOptions,
  server: string,
  start: (count: number) => Promise<WatchScene>,
): Promise<BenchResult> {
  const mails = Math.min(mailCount, options.maxItems);
  const scene = await start(mailboxCount);
  const samples: Sample[] = [];
  const delays: number[] = [];
  try {
    const worker = await scene.work();
    await scene.settled(patienceMs);
    for (let run = 1; run <= options.runs; run += 1) {
      const sample = await sampleProcesses(mails, [worker.pid], scene.bench.databasePid, async () => {
        delays.push(...(await deliverAll(scene, run, mails)));
      });
      samples.push(sample);
      tellRun(run, options.runs, 'Mailroom', sample);
    }
  } finally {
    await scene.stop();
  }
  const at = (share: number): number => percentile(delays, share);
  return {
    id: 'B8',
    claim: `new mail on ${server} to committed email: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, slowest ${at(1)} ms`,
    corpus: `${mailboxCount} watched mailboxes, ${mails} mails, ${1000 / paceMs} a second`,
    sides: [{ name: 'Mailroom', samples }],
    facts: {
      ...scene.bench.databaseFacts,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      slowestMs: at(1),
      ...scene.facts(),
    },
  };
}

/** Lets mails arrive at a steady pace and returns how long each took to become a record, milliseconds. */
async function deliverAll({ deliver, bench, addresses }: WatchScene, run: number, count: number) {
  const open = new Map<string, number>();
  const delays: number[] = [];
  const startedOn = performance.now();
  const deadline = startedOn + patienceMs;
  for (let sent = 0; sent < count || open.size > 0; ) {
    while (sent < count && performance.now() >= startedOn + sent * paceMs) {
      const to = addresses[(sent * 7919) % addresses.length] ?? '';
      const id = `${run}.${sent}@bench.example`;
      await deliver(to, mailOf(id, to));
      open.set(id, performance.now());
      sent += 1;
    }
    const rows = await bench.engine.database.sql<{ messageid: string }>(
      'select messageid from email where messageid = any($1::text[])',
      [[...open.keys()]],
    );
    const now = performance.now();
    for (const { messageid } of rows) {
      delays.push(now - (open.get(messageid) ?? now));
      open.delete(messageid);
    }
    if (now > deadline) throw new Error(`${open.size} mails are no records after ${patienceMs / 1000} s.`);
    await systemClock.sleep(pollMs);
  }
  return delays;
}

function mailOf(id: string, to: string): Buffer {
  const head = `From: Mei Tanaka <mei@northwind.example>\r\nTo: ${to}\r\nSubject: Mail ${id}\r\nMessage-ID: <${id}>\r\n`;
  return Buffer.from(`${head}Date: ${new Date().toUTCString()}\r\n\r\n${'A line of the body.\r\n'.repeat(100)}`);
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN);
}
