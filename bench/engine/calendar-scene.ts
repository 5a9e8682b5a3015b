import { systemClock } from '../../src/base/clock.ts';
import { openExchange } from '../../src/connectors/exchange/open-exchange.ts';
import { type ExchangeSimulator, startExchange } from '../../testbed/exchange/start-exchange.ts';
import type { CalendarEvent } from '../corpus/calendar.ts';
import { type BenchEngine, startBenchEngine } from './bench-engine.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

/** A user with a calendar on a simulated Exchange whose appointments are all tracked, and a worker in a process of its own. */
export interface CalendarScene {
  readonly bench: BenchEngine;
  readonly worker: WorkerProcess;
  /** Makes the mailbox due and waits until the turn, and those that follow at once, have ended. */
  pass(): Promise<void>;
  /** Links that tie a record and an item with nothing left to do. */
  linked(): Promise<number>;
  stop(): Promise<void>;
}

const address = 'ann@harbour.example';
const password = 'of ann';
const pollMs = 20;
const patienceMs = 600_000;
const trackedCategory = 'Tracked to Dynamics 365';

/** Makes calendar, user and mailbox; the worker idles until the first pass. */
export async function startCalendarScene(events: readonly CalendarEvent[]): Promise<CalendarScene> {
  const exchange = await startExchange({ mailboxes: [{ address, password }] });
  await fill(exchange, events);
  const bench = await startBenchEngine(['web']);
  const mailboxid = await makeUser(bench, exchange.ewsUrl);
  const worker = await startWorkerProcess(bench.dataDir);
  const { database } = bench.engine;
  return {
    bench,
    worker,
    async pass() {
      bench.engine.wake();
      await database.sql(
        "update mr_mailboxlease set dueon = now() where work = 'act' and worker is null and mailboxid = $1::uuid",
        [mailboxid],
      );
      const deadline = performance.now() + patienceMs;
      for (;;) {
        const [row] = await database.sql<{ idle: boolean; error: string | null }>(
          "select l.worker is null and l.dueon > now() as idle, m.lastsyncerror as error from mr_mailboxlease l join mailbox m using (mailboxid) where l.work = 'act' and l.mailboxid = $1::uuid",
          [mailboxid],
        );
        if (row?.idle === true) return;
        if (performance.now() > deadline) throw new Error(`The turn did not end. ${row?.error ?? ''}`);
        await systemClock.sleep(pollMs);
      }
    },
    async linked() {
      const [row] = await database.sql<{ count: number }>(
        'select count(*)::int as count from exchangesyncidmapping where mr_linkstate = 100000000 and mr_recordversion is not null and mr_changekey is not null',
      );
      return row?.count ?? 0;
    },
    async stop() {
      await worker.stop();
      await bench.stop();
      await exchange.stop();
    },
  };
}

async function fill(exchange: ExchangeSimulator, events: readonly CalendarEvent[]): Promise<void> {
  const { signal } = new AbortController();
  const connector = await openExchange(
    {
      host: '127.0.0.1',
      port: exchange.port,
      security: 'none',
      signIn: { kind: 'password', username: address, password },
      timeoutMs: 30_000,
      maxMessageBytes: 1_000_000,
      ewsUrl: exchange.ewsUrl,
      mailboxAddress: address,
      impersonates: false,
      passwordScheme: 'basic',
      savesSentCopy: true,
    },
    signal,
  );
  const stamp = { organizationId: '', table: '', recordId: '' };
  const { mailbox } = exchange.account(address);
  for (const { fields, isSeries } of events) {
    const kind = isSeries ? 'series' : 'appointment';
    const made = await connector.act?.create(
      { folder: 'calendar', kind, fields, stamp, notify: 'nobody', remindOn: null },
      signal,
    );
    const item = mailbox.items.get(made?.id ?? '');
    const content = item?.content;
    if (item === undefined || typeof content !== 'object') throw new Error('An appointment was not made.');
    const leaf = { name: 'String', ns: 't', attributes: {}, children: [], text: trackedCategory } as const;
    const node = { name: 'Categories', ns: 't', attributes: {}, children: [leaf], text: '' } as const;
    mailbox.changeItem(item, () => content.properties.set('Categories', node));
  }
  await connector.close();
}

async function makeUser({ store, engine }: BenchEngine, ewsUrl: string): Promise<string> {
  const { organizationid } = engine.organization;
  await store.update('organization', organizationid, {
    mr_allownonsslemail: true,
    mr_allowbasicauthenticationonnonsecurechannel: true,
  });
  const profile = await store.create('emailserverprofile', {
    name: 'Exchange',
    servertype: 0,
    incomingserverlocation: ewsUrl,
    incomingusessl: false,
    incomingcredentialretrieval: 1,
    incomingusername: address,
    incomingpassword: password,
    usesamesettingsforoutgoingconnections: true,
  });
  const userId = await store.create('systemuser', {
    firstname: 'Ann',
    lastname: 'Anchor',
    domainname: address,
    internalemailaddress: address,
  });
  const { database } = engine;
  const [row] = await database.sql<{ mailboxid: string }>(
    `update mailbox set emailserverprofile = $1::uuid, actdeliverymethod = 1, incomingemaildeliverymethod = 0, outgoingemaildeliverymethod = 0,
       emailrouteraccessapproval = 1, enabledforact = true, mr_actstartdate = '1900-01-01' where regardingobjectid = $2::uuid returning mailboxid`,
    [profile, userId],
  );
  return row?.mailboxid ?? '';
}
