import { type ExchangeSimulator, startExchange } from '../../testbed/exchange/start-exchange.ts';
import { type BenchEngine, startBenchEngine } from './bench-engine.ts';
import { makeWatchedMailboxes, untilSettled, type WatchScene, watchedAddresses } from './watch-scene.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

/** With the server itself. */
export interface ExchangeScene extends WatchScene {
  readonly exchange: ExchangeSimulator;
}

const account = { address: 'service@harbour.example', password: 'of the service', mayImpersonate: true };

/** A simulated Exchange whose mailboxes one account watches. */
export async function startExchangeScene(count: number): Promise<ExchangeScene> {
  const addresses = watchedAddresses(count);
  const exchange = await startExchange({
    mailboxes: [account, ...addresses.map((address) => ({ address, password: 'own' }))],
  });
  const bench = await startBenchEngine(['web']);
  const profile = await makeProfile(bench, exchange.ewsUrl);
  await makeWatchedMailboxes(bench, profile, addresses);
  let worker: WorkerProcess | undefined;
  return {
    exchange,
    bench,
    addresses,
    deliver: async (address, raw) => void exchange.deliver(address, raw),
    facts: () => ({ streams: exchange.requests.filter(({ operation }) => operation === 'GetStreamingEvents').length }),
    work: async (watched = count) => {
      await worker?.stop();
      worker = await startWorkerProcess(bench.dataDir, { MAILROOM_WATCHED_MAILBOXES: String(watched) });
      return worker;
    },
    settled: (patienceMs, watched = count) => {
      const heard = async () =>
        exchange.subscriptions.subscriptions.filter(({ onEvent }) => onEvent !== undefined).length;
      return untilSettled(bench, heard, watched, patienceMs);
    },
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
