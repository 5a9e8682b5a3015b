import { systemClock } from '../../src/base/clock.ts';
import { type ExchangeSimulator, startExchange } from '../../testbed/exchange/start-exchange.ts';
import { type BenchEngine, startBenchEngine } from './bench-engine.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

/** A simulated Exchange with many mailboxes, and a worker in a process of its own that watches them through one account. */
export interface ExchangeScene {
  readonly exchange: ExchangeSimulator;
  readonly bench: BenchEngine;
  readonly addresses: readonly string[];
  /** Starts the worker, the only one at a time; it listens to all mailboxes unless told otherwise. */
  work(watched?: number): Promise<WorkerProcess>;
  /** Resolves when so many mailboxes (all) are listened to and no turn is due or runs; rejects after `patienceMs`. */
  settled(patienceMs: number, watched?: number): Promise<void>;
  stop(): Promise<void>;
}

const account = { address: 'service@harbour.example', password: 'of the service', mayImpersonate: true };
const pollMs = 200;

/** Makes `count` mailboxes of queues that take everything of the last day, read by the clock once an hour. */
export async function startExchangeScene(count: number): Promise<ExchangeScene> {
  const addresses = Array.from({ length: count }, (_, index) => `queue${index}@harbour.example`);
  const exchange = await startExchange({
    mailboxes: [account, ...addresses.map((address) => ({ address, password: 'own' }))],
  });
  const bench = await startBenchEngine(['web']);
  const profile = await makeProfile(bench, exchange.ewsUrl);
  await makeMailboxes(bench, profile, addresses);
  let worker: WorkerProcess | undefined;
  return {
    exchange,
    bench,
    addresses,
    work: async (watched = count) => {
      await worker?.stop();
      worker = await startWorkerProcess(bench.dataDir, { MAILROOM_WATCHED_MAILBOXES: String(watched) });
      return worker;
    },
    settled: (patienceMs, watched = count) => settled(bench, exchange, watched, patienceMs),
    stop: async () => {
      await worker?.stop();
      await bench.stop();
      await exchange.stop();
    },
  };
}

async function makeProfile({ store, engine }: BenchEngine, ewsUrl: string): Promise<string> {
  await store.update('organization', engine.organization.organizationid, {
    mr_allownonsslemail: true,
    mr_allowbasicauthenticationonnonsecurechannel: true,
    mr_mailpollingintervalseconds: 3600,
  });
  return store.create('emailserverprofile', {
    name: 'Exchange',
    servertype: 0,
    incomingserverlocation: ewsUrl,
    incomingusessl: false,
    incomingcredentialretrieval: 1,
    incomingusername: account.address,
    incomingpassword: account.password,
    incominguseimpersonation: true,
    usesamesettingsforoutgoingconnections: true,
    maxconcurrentconnections: 10,
  });
}

async function makeMailboxes({ store, engine }: BenchEngine, profile: string, addresses: readonly string[]) {
  await store.together(async (records) => {
    for (const address of addresses) {
      await records.create('queue', { name: address, emailaddress: address, incomingemailfilteringmethod: 0 });
    }
  });
  await engine.database.sql(
    `update mailbox set emailserverprofile = $1::uuid, incomingemaildeliverymethod = 2, outgoingemaildeliverymethod = 0,
       emailrouteraccessapproval = 1, enabledforincomingemail = true,
       processemailreceivedafter = now() - interval '1 day' where emailaddress like 'queue%@harbour.example'`,
    [profile],
  );
  engine.wake();
}

async function settled(bench: BenchEngine, exchange: ExchangeSimulator, count: number, patienceMs: number) {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const heard = exchange.subscriptions.subscriptions.filter(({ onEvent }) => onEvent !== undefined).length;
    const [row] = await bench.engine.database.sql<{ busy: number }>(
      "select count(*)::int as busy from mr_mailboxlease where work = 'incoming' and (worker is not null or dueon < now() + interval '1 minute')",
    );
    if (heard === count && row?.busy === 0) return;
    if (performance.now() > deadline)
      throw new Error(`Only ${heard} of ${count} mailboxes are listened to; ${row?.busy} turns are due.`);
    await systemClock.sleep(pollMs);
  }
}
