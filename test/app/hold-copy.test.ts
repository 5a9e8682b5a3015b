import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { configSchema } from '../../src/app/config-schema.ts';
import { createEngine, type Engine } from '../../src/app/engine.ts';
import { makeLoopbackProfile } from '../../src/app/loopback-profile.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { createRuledStore, type RuledStore } from '../../src/rules/ruled-store.ts';
import { createMailboxLeases } from '../../src/store/sql-mailbox-leases.ts';
import { EmailStatus } from '../../src/tables/choices.ts';
import { runMailroom } from '../support/command-line.ts';
import { type BareTestDatabase, copyTestDatabase, createTestDatabase } from '../support/database.ts';

const secretKey = '07'.repeat(32);
/** A service on a database of its own kind, and its records as the administrator sees them. */
interface Service {
  readonly engine: Engine;
  readonly store: RuledStore;
  readonly held: () => Promise<readonly [held: unknown, reason: unknown]>;
}

describe('MG-06: a copy of an organisation', { timeout: 120_000 }, () => {
  let server: Server;
  let original: BareTestDatabase;
  const copies: BareTestDatabase[] = [];
  const callers: (() => void)[] = [];
  let calls = 0;

  before(async () => {
    server = createServer((socket) => {
      calls += 1;
      for (const tell of callers.splice(0)) tell();
      socket.on('error', () => undefined);
      socket.end('-ERR closed\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    original = await createTestDatabase();
    // Never started: whoever comes later finds the mailbox due at once.
    const service = await open(original.url);
    await fill(service, (server.address() as AddressInfo).port);
    await service.engine.stop();
  });
  after(async () => {
    server.close();
    for (const database of [original, ...copies]) await database.drop();
  });

  async function open(url: string, more: object = {}): Promise<Service> {
    const config = configSchema.parse({ databaseUrl: url, secretKey, port: 0, logLevel: 'silent', ...more });
    const engine = await createEngine({ config, clock: systemClock, log: silentLog, roles: ['worker'] });
    const { administratorId, organizationid } = engine.organization;
    const store = createRuledStore({
      database: engine.database,
      caller: { systemuserid: administratorId, isAdministrator: true },
      clock: systemClock,
      onMailboxesTouched: () => undefined,
    });
    const held = async () => {
      const row = await store.retrieve('organization', organizationid, ['mr_held', 'mr_heldreason']);
      return [row?.mr_held, row?.mr_heldreason] as const;
    };
    return { engine, store, held };
  }

  async function start(url: string, more: object = {}): Promise<Service> {
    const service = await open(url, more);
    await service.engine.start();
    return service;
  }

  /** A mailbox that works, and an email of it that waits. */
  async function fill({ engine, store }: Service, port: number): Promise<void> {
    const profile = await makeLoopbackProfile(store, engine.organization.organizationid, {
      name: 'Away',
      incoming: { protocol: 'pop3', port },
      smtpPort: port,
      signsInToSend: false,
      intervalSeconds: 1,
    });
    const mailboxid = await engine.database.records.create('mailbox', {
      name: 'shop',
      emailaddress: 'shop@ours.example',
      emailserverprofile: { table: 'emailserverprofile', id: profile },
      incomingemaildeliverymethod: 2,
      outgoingemaildeliverymethod: 2,
      emailrouteraccessapproval: 1,
      enabledforincomingemail: true,
      enabledforoutgoingemail: true,
      allowemailconnectortousecredentials: true,
      username: 'shop',
      password: 'secret',
    });
    await engine.database.records.create('email', {
      subject: 'Offer',
      directioncode: true,
      statecode: 1,
      statuscode: EmailStatus.pendingSend,
      sendermailboxid: { table: 'mailbox', id: mailboxid },
      ownerid: { table: 'systemuser', id: engine.organization.administratorId },
    });
  }

  const called = (): Promise<void> => new Promise((resolve) => callers.push(resolve));
  /** Looks at the schedule as the service does; resolves once that is done. */
  const looked = async ({ engine }: Service): Promise<number> => {
    await createMailboxLeases(engine.database).reconcile(systemClock.now());
    const due = await engine.database.sql("select 1 from mr_mailboxlease where dueon is not null and work <> 'test'");
    return due.length;
  };
  const copy = async (): Promise<string> => {
    const made = await copyTestDatabase(original.url);
    copies.push(made);
    return made.url;
  };
  const command = (url: string, ...args: string[]) =>
    runMailroom({ MAILROOM_DATABASE_URL: url, MAILROOM_SECRET_KEY: secretKey }, 'organization', '--json', ...args);

  test('where it always was it goes on, started again or not', async () => {
    const heard = called();
    const service = await start(original.url);
    await heard;
    await service.engine.stop();
    const again = await start(original.url);
    assert.equal((await again.held())[0] ?? false, false);
    assert.ok((await looked(again)) > 0);
    await again.engine.stop();
  });

  test('comes up held: no server is called, what waits says why, and one command releases it', async () => {
    const url = await copy();
    const before = calls;
    const service = await start(url);
    const [held, reason] = await service.held();
    assert.equal(held, true);
    assert.match(String(reason), /copied or moved/);
    assert.equal(await looked(service), 0);
    assert.equal(calls, before, 'no connection to the servers of the original');
    const mailboxes = await service.engine.database.sql('select 1 from mailbox where enabledforincomingemail');
    assert.equal(mailboxes.length, 1, 'what was enabled stays so, for the release');
    const heard = called();
    const printed = JSON.parse(await command(url, 'release'));
    assert.deepEqual([printed.held, printed.reason], [false, '']);
    await heard;
    await service.engine.stop();
    const again = await start(url);
    assert.equal((await again.held())[0], false);
    await again.engine.stop();
  });

  test('a test of a held mailbox fails with the cause, and what waits to be sent names it', async () => {
    const url = await copy();
    const service = await start(url);
    const { database } = service.engine;
    await database.sql("update mailbox set testemailconfigurationscheduled = true where name = 'shop'");
    service.engine.wake();
    const deadline = performance.now() + 20_000;
    let result = '';
    while (result === '' && performance.now() < deadline) {
      const [row] = await database.sql<{ result: string | null }>(
        "select mr_testresult as result from mailbox where name = 'shop' and not testemailconfigurationscheduled",
      );
      result = row?.result ?? '';
    }
    assert.match(result, /rests, since the organisation is held\. Its database was copied or moved/);
    await service.engine.stop();
  });

  test('released before its first start, or with holdCopies off, it is the one that works', async () => {
    const released = await copy();
    await command(released, 'release');
    const first = await start(released);
    assert.equal((await first.held())[0], false);
    assert.ok((await looked(first)) > 0);
    await first.engine.stop();
    const other = await start(await copy(), { holdCopies: false });
    assert.ok((await looked(other)) > 0);
    await other.engine.stop();
  });

  test('an administrator holds and releases by hand, with a reason that goes with it', async () => {
    const url = await copy();
    await command(url, 'release');
    const printed = JSON.parse(await command(url, 'hold', '--reason', 'The servers are moved.'));
    assert.deepEqual([printed.held, printed.reason], [true, 'The servers are moved.']);
    const before = calls;
    const service = await start(url);
    assert.equal(await looked(service), 0);
    assert.equal(calls, before);
    const { organizationid } = service.engine.organization;
    const heard = called();
    await service.store.update('organization', organizationid, { mr_held: false });
    assert.deepEqual(await service.held(), [false, null]);
    assert.ok((await looked(service)) > 0);
    service.engine.wake();
    await heard;
    await service.engine.stop();
  });
});
