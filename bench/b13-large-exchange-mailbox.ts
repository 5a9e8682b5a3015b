import { systemClock } from '../src/base/clock.ts';
import { type ExchangeScene, startExchangeScene } from './engine/exchange-scene.ts';
import type { WorkerProcess } from './engine/worker-process.ts';
import type { BenchOptions } from './measure/bench-options.ts';
import type { BenchResult } from './measure/print-result.ts';
import { type Sample, sampleProcesses } from './measure/sample.ts';
import { tellRun } from './measure/tell-run.ts';

const itemCount = 50_000;
const folderCount = 500;
/** Passes without change that are measured together. */
const passCount = 30;
/** Passes before them, which are not measured: a worker runs for months, and in its first hundred most of the time is V8 compiling. */
const warmPassCount = 100;
/** Looks through the changes of a mailbox in which our own marks are told again (five minutes after the last of them, which the first looks still make), and the time between two; a few marks are not waited for. */
const echoLooks = 9;
const fewItems = 1000;
const lookMs = 61_000;
/** About as long as so many passes take: the worker looks at its schedule once a second. Milliseconds. */
const waitMs = 30_000;
const pollMs = 100;
const patienceMs = 3_600_000;

/** An Exchange mailbox of 50,000 items and 500 folders is taken in; then passes in which nothing is new, a request each, beside the same time without a pass. */
export async function largeExchangeMailbox(options: BenchOptions): Promise<BenchResult> {
  const items = Math.min(itemCount, options.maxItems);
  const scene = await startExchangeScene(1);
  const address = scene.addresses[0] ?? '';
  const first: Sample[] = [];
  const waiting: Sample[] = [];
  const idle: Sample[] = [];
  let earlyMb = 0;
  let requestsEach = 0;
  try {
    for (let number = 0; number < folderCount; number += 1) {
      scene.exchange.makeFolder(address, 'msgfolderroot', `Folder ${number}`);
    }
    scene.exchange.seed(address, 'inbox', seeds(address, items));
    const worker = await scene.work();
    const pids = [worker.pid];
    const taken = await sampleProcesses(items, pids, scene.bench.databasePid, async () => {
      await until(scene, Math.ceil(items / 5));
      earlyMb = worker.peakBytes() / 1024 / 1024;
      await until(scene, items);
    });
    first.push({ ...taken, memoryMb: worker.peakBytes() / 1024 / 1024 });
    tellRun(1, 1, 'taken in', taken);
    await scene.settled(patienceMs);
    // What we marked ourselves is found by the looks of the next five minutes, one a minute.
    for (let look = 0; look < echoLooks && items >= fewItems; look += 1) {
      await systemClock.sleep(lookMs);
      await passes(scene, 1);
    }
    await passes(scene, warmPassCount);
    for (let run = 1; run <= options.runs; run += 1) {
      waiting.push(await sampleProcesses(passCount, pids, scene.bench.databasePid, () => systemClock.sleep(waitMs)));
      scene.exchange.forgetRequests();
      const sample = await sampleProcesses(passCount, pids, scene.bench.databasePid, () => passes(scene, passCount));
      requestsEach = scene.exchange.requests.length / passCount;
      idle.push({ ...sample, memoryMb: memoryOf(worker) });
      tellRun(run, options.runs, 'nothing new', sample);
    }
  } finally {
    await scene.stop();
  }
  return {
    id: 'B13',
    claim: `a large Exchange mailbox: peak memory ${Math.round(earlyMb)} MB after a fifth, ${Math.round(first[0]?.memoryMb ?? 0)} MB at the end; then ${requestsEach} requests a pass of a worker that made ${warmPassCount} before`,
    corpus: `${items} items, ${folderCount} folders`,
    memory: 'peak',
    sides: [
      { name: 'taken in', samples: first },
      { name: 'nothing new', samples: idle },
      { name: 'no pass', samples: waiting },
    ],
    facts: { ...scene.bench.databaseFacts, earlyMb: Math.round(earlyMb), requestsEach },
  };
}

const memoryOf = (worker: WorkerProcess): number => worker.residentBytes() / 1024 / 1024;

/** Messages that are made anew each time they are asked for: the server holds none of their bytes. */
function* seeds(address: string, count: number) {
  for (let number = 0; number < count; number += 1) {
    const head = `From: Sender ${number % 500} <s${number % 500}@northwind.example>\r\nTo: ${address}\r\nSubject: Mail ${number}\r\nMessage-ID: <large.${number}@northwind.example>\r\n`;
    // Mail from before the mailbox's start date would be passed over.
    const received = new Date();
    const mime = (): Buffer =>
      Buffer.from(`${head}Date: ${received.toUTCString()}\r\n\r\n${'A line of the body.\r\n'.repeat(250)}`);
    yield { mime, received };
  }
}

/** Resolves when so many emails are committed. */
async function until({ bench }: ExchangeScene, count: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const [row] = await bench.engine.database.sql<{ stored: number }>('select count(*)::int as stored from email');
    if ((row?.stored ?? 0) >= count) return;
    if (performance.now() > deadline) throw new Error(`Only ${row?.stored} of ${count} emails are stored.`);
    await systemClock.sleep(pollMs);
  }
}

/** Makes the mailbox due again and again, waiting for each turn to end. */
async function passes({ bench }: ExchangeScene, count: number): Promise<void> {
  const { database } = bench.engine;
  // A turn tells its count before it gives its lease back: only a mailbox that is free can be made due.
  const timesWhenFree = async (): Promise<number | undefined> => {
    const [row] = await database.sql<{ processedtimes: number }>(
      `select coalesce(m.processedtimes, 0) as processedtimes from mailbox m join mr_mailboxlease l using (mailboxid)
       where m.emailaddress like 'queue%' and l.work = 'incoming' and l.worker is null and l.dueon > now()`,
    );
    return row?.processedtimes;
  };
  const deadline = performance.now() + patienceMs;
  const free = async (than: number): Promise<number> => {
    for (;;) {
      const times = await timesWhenFree();
      if (times !== undefined && times > than) return times;
      if (performance.now() > deadline) throw new Error('A pass did not end.');
      await systemClock.sleep(pollMs);
    }
  };
  let times = await free(-1);
  for (let pass = 0; pass < count; pass += 1) {
    await database.sql("update mr_mailboxlease set dueon = now() where work = 'incoming'");
    times = await free(times);
  }
}
