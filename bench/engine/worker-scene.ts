import { systemClock } from '../../src/base/clock.ts';
import type { DovecotServer } from '../../testbed/servers/dovecot.ts';
import { type Sample, sampleProcesses } from '../measure/sample.ts';
import { type BenchEngine, startBenchEngine } from './bench-engine.ts';
import { checkStored, untilIngested } from './ingest-progress.ts';
import { enableMailbox, seedShop } from './seed-shop.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

/** Worker processes on a fresh database, and the queues whose mailboxes they read. */
export interface WorkerScene {
  readonly bench: BenchEngine;
  readonly workers: readonly WorkerProcess[];
  /** Reads what lies in the mailboxes now, `count` messages beside those read before, and measures the workers from the first lease on. */
  ingest(count: number): Promise<Sample>;
  stop(): Promise<void>;
}

const pollMs = 5;

/** A queue for each user of the mail server, and workers that have nothing to do yet. */
export async function startWorkerScene(
  dovecot: DovecotServer,
  users: readonly string[],
  workerCount: number,
): Promise<WorkerScene> {
  const bench = await startBenchEngine(['web']);
  const workers: WorkerProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const worker of workers) await worker.stop();
    await bench.stop();
  };
  try {
    await seedShop(bench, { incoming: { protocol: 'pop3', port: dovecot.ports.pop3 }, smtpPort: 25 });
    const mailboxids = await makeQueues(bench, dovecot, users);
    for (let index = 0; index < workerCount; index += 1) workers.push(await startWorkerProcess(bench.dataDir));
    let before = 0;
    const ingest = async (count: number): Promise<Sample> => {
      const { database } = bench.engine;
      const pids = workers.map((worker) => worker.pid);
      await database.sql('update mailbox set enabledforincomingemail = true where mailboxid = any($1::uuid[])', [
        mailboxids,
      ]);
      bench.engine.wake();
      await database.sql('update mr_mailboxlease set dueon = now() where worker is null');
      while ((await database.sql('select 1 from mr_mailboxlease where worker is not null')).length === 0) {
        await systemClock.sleep(pollMs);
      }
      before += count;
      const sample = await sampleProcesses(count, pids, bench.databasePid, () =>
        untilIngested(database, mailboxids, before),
      );
      await checkStored(database, mailboxids, before);
      return sample;
    };
    return { bench, workers, ingest, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function makeQueues(
  bench: BenchEngine,
  dovecot: DovecotServer,
  users: readonly string[],
): Promise<readonly string[]> {
  const mailboxids: string[] = [];
  for (const user of users) {
    const queueid = await bench.store.create('queue', {
      name: user,
      emailaddress: `${user}@harbour.example`,
      incomingemailfilteringmethod: 0,
    });
    const page = await bench.store.retrieveMultiple({
      table: 'mailbox',
      columns: ['mailboxid'],
      filter: { column: 'regardingobjectid', operator: 'eq', value: queueid },
    });
    const mailboxid = page.rows[0]?.mailboxid ?? '';
    await enableMailbox(bench, mailboxid, 'incoming', { username: user, password: dovecot.password });
    mailboxids.push(mailboxid);
  }
  await bench.engine.database.sql(
    'update mailbox set enabledforincomingemail = false where mailboxid = any($1::uuid[])',
    [mailboxids],
  );
  return mailboxids;
}
