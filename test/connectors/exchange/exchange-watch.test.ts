import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { systemClock } from '../../../src/base/clock.ts';
import { openExchange } from '../../../src/connectors/exchange/open-exchange.ts';
import { StreamGroups } from '../../../src/connectors/exchange/stream-groups.ts';
import type { WatchNews, WatchScope } from '../../../src/contracts/watch-scope.ts';
import { type ExchangeSimulator, startExchange } from '../../../testbed/exchange/start-exchange.ts';

const quiet = new AbortController().signal;
const password = 'of the service';
const patienceMs = 20_000;

/** Mailboxes watched by one account that acts for them. */
interface Watching {
  readonly server: ExchangeSimulator;
  readonly groups: StreamGroups;
  /** How often each mailbox was woken. */
  readonly wakes: Map<string, number>;
  /** What the wake-ups were about, in order. */
  readonly news: readonly WatchNews[];
  /** How many subscriptions there were each time a line was told to be open. */
  readonly opened: readonly number[];
  /** Resolves when a mailbox has been woken more than `times`. */
  woken(address: string, times?: number): Promise<void>;
  /** Stops watching one mailbox. */
  leave(address: string): Promise<void>;
}

describe('Exchange: mailboxes watched together', { timeout: 120_000 }, () => {
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function watchAll(count: number, backEnds = 1, scope?: (server: ExchangeSimulator) => WatchScope) {
    const addresses = Array.from({ length: count }, (_, index) => `user${index}@harbour.example`);
    const service = { address: 'service@harbour.example', password, mayImpersonate: true };
    const server = await startExchange({
      mailboxes: [service, ...addresses.map((address) => ({ address, password: 'own' }))],
      backEnds,
    });
    const groups = new StreamGroups(systemClock);
    const wakes = new Map<string, number>();
    const news: WatchNews[] = [];
    const opened: number[] = [];
    const lines = new Map<string, { readonly ended: AbortController; readonly done: Promise<void> | undefined }>();
    for (const address of addresses) {
      const connector = await openExchange(
        {
          host: '127.0.0.1',
          port: server.port,
          security: 'none',
          signIn: { kind: 'password', username: service.address, password },
          timeoutMs: 10_000,
          maxMessageBytes: 1_000_000,
          ewsUrl: server.ewsUrl,
          mailboxAddress: address,
          impersonates: true,
          passwordScheme: 'basic',
          savesSentCopy: true,
        },
        quiet,
        { groups },
      );
      const ended = new AbortController();
      const wake = (what: WatchNews): void => {
        wakes.set(address, (wakes.get(address) ?? 0) + 1);
        news.push(what);
      };
      const open = (): void => void opened.push(server.subscriptions.subscriptions.length);
      const done = connector.watch?.(wake, ended.signal, scope?.(server), open).finally(() => connector.abort());
      lines.set(address, { ended, done });
    }
    const leave = async (address: string): Promise<void> => {
      lines.get(address)?.ended.abort();
      await lines.get(address)?.done;
    };
    ends.push(async () => {
      await Promise.all(addresses.map(leave));
      await server.stop();
    });
    await until('all are heard', () => isHeard(server, count));
    const watching: Watching = {
      server,
      groups,
      wakes,
      news,
      opened,
      leave,
      woken: (address, times = 0) => until(`${address} is woken`, () => (wakes.get(address) ?? 0) > times),
    };
    return watching;
  }

  test('CN-15: the mailboxes of one server share a connection, and each is woken for its own mail alone', async () => {
    const { server, groups, wakes, woken } = await watchAll(30);
    assert.equal(server.subscriptions.openStreams, 1);
    assert.equal(groups.size, 1);
    arrive(server, 'user7@harbour.example');
    await woken('user7@harbour.example');
    assert.deepEqual([...wakes.keys()], ['user7@harbour.example']);
  });

  test('SC-01: a line is told to be open once the server keeps what happens, not before', async () => {
    const { server, opened } = await watchAll(1);
    assert.deepEqual(opened, [1], 'told once, with the subscription there');
    server.subscriptions.removeAll();
    await until('a new subscription', () => isHeard(server, 1));
    assert.equal(opened.length, 1, 'what is made anew wakes instead');
  });

  test('affinity: each server of an array has a connection of its own', async () => {
    const { server, groups, woken } = await watchAll(12, 3);
    assert.equal(server.subscriptions.openStreams, 3);
    assert.equal(groups.size, 3);
    const streams = server.requests.filter(({ operation }) => operation === 'GetStreamingEvents');
    for (const { headers } of streams) {
      assert.match(String(headers.cookie), /X-BackEndOverrideCookie=mbx\d/);
      assert.equal(headers['x-preferserveraffinity'], 'true');
    }
    for (const number of [0, 5, 10]) {
      arrive(server, `user${number}@harbour.example`);
      await woken(`user${number}@harbour.example`);
    }
  });

  test('a cut line is opened again, and what came meanwhile is heard', async () => {
    const { server, woken } = await watchAll(5);
    server.subscriptions.cutStreams();
    arrive(server, 'user3@harbour.example');
    await woken('user3@harbour.example');
    await until('the line', () => server.subscriptions.openStreams === 1);
    assert.equal(server.subscriptions.subscriptions.length, 5, 'the subscriptions are kept');
  });

  test('lost subscriptions and missed events: made anew, and the mailboxes are looked at', async () => {
    const { server, wakes, woken } = await watchAll(4);
    server.subscriptions.removeAll();
    for (const number of [0, 1, 2, 3]) await woken(`user${number}@harbour.example`);
    await until('new subscriptions', () => isHeard(server, 4));
    const before = wakes.get('user2@harbour.example') ?? 0;
    server.subscriptions.subscriptions[2]?.miss();
    await woken('user2@harbour.example', before);
    await until('new subscriptions', () => isHeard(server, 4));
    const then = wakes.get('user1@harbour.example') ?? 0;
    arrive(server, 'user1@harbour.example');
    await woken('user1@harbour.example', then);
  });

  test('SC-13: a busy server is asked again when it says so, and the subscriptions are kept', async () => {
    const { server, woken } = await watchAll(3);
    server.faults.add({
      operation: 'GetStreamingEvents',
      does: 'fault',
      code: 'ErrorServerBusy',
      backOffMs: 300,
      times: 1,
    });
    server.subscriptions.cutStreams();
    arrive(server, 'user0@harbour.example');
    await woken('user0@harbour.example');
    assert.equal(server.subscriptions.subscriptions.length, 3);
  });

  const one = 'user0@harbour.example';
  for (const isThere of [true, false]) {
    test(`FT-07, SC-04: tracked folders and calendar are listened to, read flags are no news${isThere ? '' : '; a folder that is gone hides nothing else'}`, async () => {
      let folder = '';
      const { server, wakes, news, woken } = await watchAll(1, 1, (exchange) => {
        folder = exchange.makeFolder(one, 'inbox', 'Pallets');
        const { mailbox } = exchange.account(one);
        const gone = `${folder.slice(0, -8)}${folder.slice(-8).toLowerCase()}`;
        assert.ok(mailbox.folders.has(folder));
        return { mail: true, act: true, folderIds: isThere ? [folder] : [gone] };
      });
      const { mailbox } = server.account(one);
      const steps: readonly (readonly [WatchNews, () => void])[] = [
        ...(isThere ? [['incoming', () => server.seed(one, folder, [{ mime: mailOf(one) }])] as const] : []),
        ['act', () => server.seed(one, 'calendar', [{ mime: mailOf(one) }])],
        ['incoming', () => arrive(server, one)],
      ];
      for (const [expected, happen] of steps) {
        const before = wakes.get(one) ?? 0;
        happen();
        await woken(one, before);
        assert.equal(news.at(-1), expected);
      }
      const [item] = mailbox.folderNamed('inbox').byArrival;
      const [event] = mailbox.folderNamed('calendar').byArrival;
      assert.ok(item && event);
      const before = wakes.get(one) ?? 0;
      mailbox.changeItem(item, () => {}, true);
      mailbox.removeItem(event);
      await woken(one, before);
      assert.deepEqual(news.slice(before), ['act'], 'the change in the inbox woke nobody');
    });
  }

  test('a request carries 200 subscriptions at most', async () => {
    const { server, groups, woken } = await watchAll(205);
    assert.equal(groups.size, 2);
    assert.equal(server.subscriptions.openStreams, 2);
    for (const number of [0, 204]) {
      arrive(server, `user${number}@harbour.example`);
      await woken(`user${number}@harbour.example`);
    }
  });

  test('who leaves ends its subscription; the others are heard all the same', async () => {
    const { server, groups, leave, woken } = await watchAll(3);
    await leave('user0@harbour.example');
    assert.equal(server.subscriptions.subscriptions.length, 2);
    arrive(server, 'user2@harbour.example');
    await woken('user2@harbour.example');
    await leave('user1@harbour.example');
    await leave('user2@harbour.example');
    assert.equal(groups.size, 0);
    await until('no line', () => server.subscriptions.openStreams === 0);
  });
});

/** True when each of `count` subscriptions is listened to. */
function isHeard(server: ExchangeSimulator, count: number): boolean {
  const { subscriptions } = server.subscriptions;
  return subscriptions.length === count && subscriptions.every(({ onEvent }) => onEvent !== undefined);
}

const mailOf = (address: string): Buffer =>
  Buffer.from(`From: mei@northwind.example\r\nTo: ${address}\r\nSubject: Hello\r\n\r\nHello.\r\n`);

const arrive = (server: ExchangeSimulator, address: string): void => void server.deliver(address, mailOf(address));

async function until(what: string, isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!isTrue()) {
    assert.ok(performance.now() < deadline, `never came: ${what}`);
    await systemClock.sleep(20);
  }
}
