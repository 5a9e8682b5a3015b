import { systemClock } from '../../src/base/clock.ts';
import { openExchange } from '../../src/connectors/exchange/open-exchange.ts';
import type { ActNewItem } from '../../src/contracts/act-port.ts';
import { type ExchangeSimulator, startExchange } from '../../testbed/exchange/start-exchange.ts';
import type { CalendarEvent } from '../corpus/calendar.ts';
import { type BenchEngine, startBenchEngine } from './bench-engine.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

/** A simulated Exchange and a worker in a process of its own, with users to be added. */
export interface CalendarScene {
  readonly bench: BenchEngine;
  readonly worker: WorkerProcess;
  /** Makes a user whose appointments on the server are these, all of them tracked; nothing of them is synchronised yet. */
  addUser(events: readonly CalendarEvent[]): Promise<CalendarUser>;
  stop(): Promise<void>;
}

/** A user with a calendar. */
export interface CalendarUser {
  /** Makes the mailbox due and waits until the worker has taken it up: it looks at its schedule once a second. */
  begin(): Promise<void>;
  /** Waits until the first synchronisation is over, everything of it committed. */
  completed(): Promise<void>;
  /** Waits until the turn that was begun, and those that follow at once, have ended. */
  end(): Promise<void>;
  /** Links that tie a record and an item with nothing left to do. */
  linked(): Promise<number>;
}

const pollMs = 20;
const patienceMs = 600_000;
const trackedCategory = 'Tracked to Dynamics 365';
/** Items made in one request. */
const batch = 100;

/** Starts server and worker; the worker idles until a user's mailbox is due. */
export async function startCalendarScene(): Promise<CalendarScene> {
  const exchange = await startExchange({ mailboxes: [] });
  const bench = await startBenchEngine(['web']);
  const worker = await startWorkerProcess(bench.dataDir);
  let users = 0;
  return {
    bench,
    worker,
    async addUser(events) {
      users += 1;
      const account = { address: `user${users}@harbour.example`, password: `of user ${users}` };
      exchange.addMailbox(account);
      await fill(exchange, account, events);
      return calendarUser(bench, await makeUser(bench, exchange.ewsUrl, account));
    },
    async stop() {
      await worker.stop();
      await bench.stop();
      await exchange.stop();
    },
  };
}

function calendarUser({ engine: { database } }: BenchEngine, mailboxid: string): CalendarUser {
  const until = async (condition: string): Promise<void> => {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const [row] = await database.sql<{ holds: boolean; error: string | null }>(
        `select ${condition} as holds, m.lastsyncerror as error from mr_mailboxlease l join mailbox m using (mailboxid)
         where l.work = 'act' and l.mailboxid = $1::uuid`,
        [mailboxid],
      );
      if (row?.holds === true) return;
      if (performance.now() > deadline) throw new Error(`The turn did not end. ${row?.error ?? ''}`);
      await systemClock.sleep(pollMs);
    }
  };
  return {
    async begin() {
      await database.sql(
        "update mr_mailboxlease set dueon = now() where work = 'act' and worker is null and mailboxid = $1::uuid",
        [mailboxid],
      );
      await until('l.worker is not null or l.dueon > now()');
    },
    completed: () => until('m.mr_actfirstcompletedon is not null'),
    end: () => until('l.worker is null and l.dueon > now()'),
    async linked() {
      const [row] = await database.sql<{ count: number }>(
        'select count(*)::int as count from exchangesyncidmapping where mr_mailboxid = $1::uuid and mr_linkstate = 100000000 and mr_recordversion is not null and mr_changekey is not null',
        [mailboxid],
      );
      return row?.count ?? 0;
    },
  };
}

interface Account {
  readonly address: string;
  readonly password: string;
}

async function fill(
  exchange: ExchangeSimulator,
  { address, password }: Account,
  events: readonly CalendarEvent[],
): Promise<void> {
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
  for (let start = 0; start < events.length; start += batch) {
    const items = events.slice(start, start + batch).map(({ fields, isSeries }): ActNewItem => {
      const kind = isSeries ? 'series' : 'appointment';
      return { folder: 'calendar', kind, fields, stamp, notify: 'nobody', remindOn: null };
    });
    for (const one of (await connector.act?.createMany('calendar', items, signal)) ?? []) {
      const item = 'ref' in one ? mailbox.items.get(one.ref.id) : undefined;
      const content = item?.content;
      if (item === undefined || typeof content !== 'object') throw new Error('An appointment was not made.');
      const leaf = { name: 'String', ns: 't', attributes: {}, children: [], text: trackedCategory } as const;
      const node = { name: 'Categories', ns: 't', attributes: {}, children: [leaf], text: '' } as const;
      mailbox.changeItem(item, () => {
        content.properties.set('Categories', node);
        // Nobody has stamped the appointments of a fresh mailbox.
        content.extended.clear();
      });
    }
  }
  await connector.close();
}

async function makeUser(
  { store, engine }: BenchEngine,
  ewsUrl: string,
  { address, password }: Account,
): Promise<string> {
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
    lastname: address,
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
