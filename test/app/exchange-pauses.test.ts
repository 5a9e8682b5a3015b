import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Connect, createConnect } from '../../src/app/connectors.ts';
import type { MailroomError } from '../../src/base/errors.ts';
import { createLog } from '../../src/base/log.ts';
import { reactTo } from '../../src/scheduler/health.ts';
import { createServerPauses } from '../../src/store/server-pauses.ts';
import type { RecordOf } from '../../src/tables/catalog.ts';
import { type ExchangeSimulator, startExchange } from '../../testbed/exchange/start-exchange.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

const quiet = new AbortController().signal;
const service = 'service@harbour.example';
const addresses = ['ada@harbour.example', 'ben@harbour.example'] as const;
const gates = { allowNonSsl: true, allowBasicOverPlain: true };

describe('SC-13: what Exchange tells one worker holds for all', () => {
  let opened: TestDatabase;
  let exchange: ExchangeSimulator;
  let profile: RecordOf<'emailserverprofile'>;
  let workers: readonly [Connect, Connect];
  let nowMs = Date.UTC(2026, 0, 1);
  const clock = { now: () => new Date(nowMs), sleep: async () => undefined };

  before(async () => {
    opened = await openTestDatabase();
    exchange = await startExchange({
      mailboxes: [
        { address: service, password: 'right', mayImpersonate: true },
        ...addresses.map((address) => ({ address, password: 'own' })),
      ],
    });
    const { database, secretBox } = opened;
    const id = await database.records.create('emailserverprofile', {
      name: 'Exchange',
      servertype: 0,
      incomingserverlocation: exchange.ewsUrl,
      incomingusessl: false,
      incomingcredentialretrieval: 1,
      incomingusername: service,
      incomingpassword: 'right',
      incominguseimpersonation: true,
    });
    profile = (await database.records.retrieve('emailserverprofile', id)) ?? {};
    const worker = (): Connect =>
      createConnect({
        records: database.records,
        secretBox,
        clientName: undefined,
        pauses: createServerPauses({
          sql: (text, values) => database.sql(text, values),
          clock,
          log: createLog('silent'),
        }),
      });
    workers = [worker(), worker()];
  });
  after(async () => {
    await exchange?.stop();
    await opened?.close();
  });
  beforeEach(async () => {
    await opened.database.sql('delete from mr_serverpause');
    exchange.faults.clear();
    exchange.forgetRequests();
  });

  /** Opens a mailbox as a worker and lists it; what came of it. */
  async function turn(worker: Connect, address: string): Promise<MailroomError | 'fine'> {
    try {
      const connector = await worker({ emailaddress: address }, profile, 'incoming', quiet, { gates });
      for await (const _ of connector.retriever?.list(null, quiet) ?? []) break;
      connector.abort();
      return 'fine';
    } catch (error) {
      return error as MailroomError;
    }
  }

  const kept = async (): Promise<void> => {
    for (let tries = 0; tries < 500; tries += 1) {
      const rows = await opened.database.sql('select 1 from mr_serverpause where pauseduntil > $1', [clock.now()]);
      if (rows.length > 0) return;
    }
    assert.fail('no pause was kept');
  };

  /** One worker meets the fault; then both are asked about both mailboxes. */
  async function meets(rule: Parameters<ExchangeSimulator['faults']['add']>[0]) {
    const [one, two] = workers;
    exchange.faults.add({ ...rule, times: 1 });
    const met = await turn(one, addresses[0]);
    assert.ok(met !== 'fine');
    assert.equal(met.kind, 'throttled');
    await kept();
    exchange.forgetRequests();
    const same = await turn(two, addresses[0]);
    const asked = exchange.requests.length;
    const other = await turn(two, addresses[1]);
    return { same, asked, other };
  }

  test('ErrorServerBusy with BackOffMilliseconds: that mailbox is left alone by every worker, and by nobody longer than told', async () => {
    const { same, asked, other } = await meets({ does: 'fault', code: 'ErrorServerBusy', backOffMs: 90_000 });
    assert.ok(same !== 'fine');
    assert.equal(same.code, 'mr_ServerPaused');
    assert.equal(same.retryAfterMs, 90_000);
    assert.match(same.message, /2026-01-01T00:01:30.*BackOff|2026-01-01T00:01:30.*It said/);
    assert.equal(asked, 0, 'nothing was asked of the server');
    assert.equal(other, 'fine', 'another mailbox goes on');
    nowMs += 90_001;
    assert.equal(await turn(workers[1], addresses[0]), 'fine');
  });

  test('503 with Retry-After: the whole server is left alone', async () => {
    const { same, asked, other } = await meets({ does: 'status', status: 503, headers: { 'Retry-After': '120' } });
    assert.ok(same !== 'fine' && other !== 'fine');
    assert.equal(same.retryAfterMs, 120_000);
    assert.equal(other.code, 'mr_ServerPaused');
    assert.equal(asked, 0);
    nowMs += 120_001;
    assert.equal(await turn(workers[0], addresses[1]), 'fine');
  });

  test('ErrorExceededConnectionCount: the account is left alone, longer each time it says so in a row', async () => {
    const rule = { does: 'fault', code: 'ErrorExceededConnectionCount' } as const;
    const first = await meets(rule);
    assert.ok(first.same !== 'fine' && first.other !== 'fine');
    assert.equal(first.same.retryAfterMs, 15_000);
    nowMs += 15_001;
    const second = await meets(rule);
    assert.ok(second.same !== 'fine');
    assert.equal(second.same.retryAfterMs, 30_000);
    nowMs += 30_001 + 1_800_000;
    const later = await meets(rule);
    assert.ok(later.same !== 'fine');
    assert.equal(later.same.retryAfterMs, 15_000, 'an old row is forgiven');
    nowMs += 15_001;
  });

  test('throttled is not failed: the turn is put off and no failure is counted', async () => {
    const { same } = await meets({ does: 'fault', code: 'ErrorServerBusy', backOffMs: 900_000 });
    assert.ok(same !== 'fine');
    const reaction = reactTo(same, 3, clock.now());
    assert.deepEqual(reaction, { kind: 'postpone', until: new Date(nowMs + 900_000), failures: 3 });
    nowMs += 900_001;
  });

  test('IN-04: a pass without change asks the server one question', async () => {
    const connector = await workers[0]({ emailaddress: addresses[1] }, profile, 'incoming', quiet, { gates });
    let cursor: string | null = null;
    for await (const page of connector.retriever?.list(null, quiet) ?? []) cursor = page.cursor;
    connector.abort();
    exchange.forgetRequests();
    const again = await workers[1]({ emailaddress: addresses[1] }, profile, 'incoming', quiet, { gates });
    for await (const page of again.retriever?.list(cursor, quiet) ?? []) assert.deepEqual(page.handles, []);
    again.abort();
    assert.deepEqual(
      exchange.requests.map(({ operation }) => operation),
      ['SyncFolderItems'],
    );
  });
});
