import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { MailroomError } from '../../src/base/errors.ts';
import type { Connector } from '../../src/contracts/connector.ts';
import type { FetchedMail, MailHandle, MailRetriever } from '../../src/contracts/mail-retriever.ts';

/** A server under the contract, and one mailbox on it for each test. */
export interface RetrieverHouse {
  /** Opens `mailbox`, with a limit of `maxMessageBytes`. */
  open(mailbox: string, maxMessageBytes: number): Promise<Connector>;
  addMessage(mailbox: string, raw: Buffer): Promise<void>;
  /** Raw messages the server holds, oldest first. */
  remaining(mailbox: string): Promise<readonly Buffer[]>;
  /** How many messages are marked as read; undefined when the server knows no such mark. */
  seen(mailbox: string): Promise<number | undefined>;
  /** Raw messages in the folder `Undeliverable`; absent when the server has no folders, or they cannot be looked into. */
  undeliverable?(mailbox: string): Promise<readonly Buffer[]>;
  stop(): Promise<void>;
}

export interface RetrieverFixture {
  readonly name: string;
  /** Why the server is not there; false when it is. */
  readonly skip: string | false;
  start(): Promise<RetrieverHouse>;
  /** Mailboxes that exist; the contract uses each for one test and needs `contractMailboxes` of them. */
  readonly mailboxes: readonly string[];
}

/** How many mailboxes the contract uses. */
export const contractMailboxes = 14;

const generous = 50 * 1024 * 1024;

/** What every MailRetriever owes its caller (`src/contracts/mail-retriever.ts`), checked against one server. */
export function mailRetrieverContract(fixture: RetrieverFixture): void {
  describe(`MailRetriever: ${fixture.name}`, { skip: fixture.skip }, () => {
    let house: RetrieverHouse;
    const free = [...fixture.mailboxes];
    before(async () => {
      house = await fixture.start();
    });
    after(() => house?.stop());
    for (const [title, check] of checks) {
      const mailbox = free.shift();
      test(title, { timeout: 30_000 }, async () => {
        assert.ok(mailbox !== undefined, `the fixture needs ${contractMailboxes} mailboxes`);
        await check(house, mailbox);
      });
    }
  });
}

type Check = (house: RetrieverHouse, mailbox: string) => Promise<void>;

const checks: readonly (readonly [string, Check])[] = [
  ['an empty mailbox lists nothing', emptyMailbox],
  ['IN-04: ids are distinct and last from one conversation to the next', lastingIds],
  ['fetched bytes are the bytes on the server', exactBytes],
  ['messages come in the order asked', orderAsked],
  ['header blocks come without bodies and within the limit', headsOnly],
  ['IN-07: reading leaves the read state alone', readState],
  ['a message above the limit fails alone', tooLarge],
  ['a handle the server does not know fails alone', unknownHandle],
  ['UD-03: only what is settled with delete leaves the server, and repeating it is harmless', deletes],
  ['UD-01: what failed for good is put aside where there are folders, and repeating it is harmless', putsAside],
  ['settling between two messages of a running fetch', settleWhileFetching],
  ['a fetch left half-way leaves the conversation usable', leftHalfWay],
  ['what comes later is listed next time', listsNew],
  ['an aborted signal ends the reading with a MailroomError', aborts],
];

async function emptyMailbox(house: RetrieverHouse, mailbox: string): Promise<void> {
  await using(house, mailbox, generous, async (retriever) => {
    assert.deepEqual(await listed(retriever), []);
    assert.deepEqual(await collect(retriever.fetch([], quiet())), []);
  });
}

async function lastingIds(house: RetrieverHouse, mailbox: string): Promise<void> {
  for (let number = 1; number <= 5; number += 1) await house.addMessage(mailbox, message(number));
  const ids: string[][] = [];
  for (let round = 0; round < 2; round += 1) {
    await using(house, mailbox, generous, async (retriever) => {
      ids.push((await listed(retriever)).map(({ serverId }) => serverId));
    });
  }
  assert.equal(new Set(ids[0]).size, 5);
  assert.deepEqual(ids[0], ids[1]);
}

async function exactBytes(house: RetrieverHouse, mailbox: string): Promise<void> {
  const bodies = [
    '.\r\n',
    '..\r\n.\r\n...\r\n.a\r\n',
    '\r\n\r\n.\r\n\r\n',
    `${'long '.repeat(4000)}\r\n`,
    'h\u00e9 \u00ff\u0080 eight bits\r\n',
    `${'.dots everywhere\r\n'.repeat(20_000)}`,
    'no line end at the end of this line, which servers may add\r\n',
  ];
  const expected = bodies.map((body, index) => Buffer.from(`Subject: exact ${index}\r\n\r\n${body}`, 'latin1'));
  for (const raw of expected) await house.addMessage(mailbox, raw);
  await using(house, mailbox, generous, async (retriever) => {
    const found = bytesOf(await collect(retriever.fetch(await listed(retriever), quiet())));
    for (const [index, raw] of expected.entries()) assert.ok(found[index]?.equals(raw), `message ${index} differs`);
    assert.equal(found.length, expected.length);
  });
}

async function orderAsked(house: RetrieverHouse, mailbox: string): Promise<void> {
  for (let number = 1; number <= 120; number += 1) await house.addMessage(mailbox, message(number));
  await using(house, mailbox, generous, async (retriever) => {
    const handles = await listed(retriever);
    assert.equal(handles.length, 120);
    const asked = [...handles].reverse().filter((_, index) => index % 3 !== 0);
    const results = await collect(retriever.fetch(asked, quiet()));
    assert.deepEqual(
      results.map(({ handle }) => handle.serverId),
      asked.map(({ serverId }) => serverId),
    );
    assert.ok(bytesOf(results)[0]?.equals(message(119)));
  });
}

async function headsOnly(house: RetrieverHouse, mailbox: string): Promise<void> {
  await house.addMessage(mailbox, message(1));
  await house.addMessage(mailbox, Buffer.from(`Subject: ${'x'.repeat(5000)}\r\n\r\nsecret of the body\r\n`));
  await using(house, mailbox, generous, async (retriever) => {
    if (retriever.fetchHeads === undefined) return;
    const [short, long] = bytesOf(await collect(retriever.fetchHeads(await listed(retriever), 1000, quiet())));
    assert.match(short?.toString() ?? '', /^Subject: message 1\r\n/);
    assert.doesNotMatch(short?.toString() ?? '', /body/);
    assert.ok((long?.length ?? 0) <= 1000);
    assert.match(long?.toString() ?? '', /^Subject: xxx/);
  });
}

async function readState(house: RetrieverHouse, mailbox: string): Promise<void> {
  for (let number = 1; number <= 3; number += 1) await house.addMessage(mailbox, message(number));
  await using(house, mailbox, generous, async (retriever) => {
    const handles = await listed(retriever);
    if (retriever.fetchHeads !== undefined) await collect(retriever.fetchHeads(handles, 1000, quiet()));
    assert.equal(bytesOf(await collect(retriever.fetch(handles, quiet()))).length, 3);
  });
  assert.equal((await house.seen(mailbox)) ?? 0, 0);
}

async function tooLarge(house: RetrieverHouse, mailbox: string): Promise<void> {
  await house.addMessage(mailbox, message(1));
  await house.addMessage(mailbox, Buffer.from(`Subject: large\r\n\r\n${'z'.repeat(70)}\r\n`.repeat(2000)));
  await house.addMessage(mailbox, message(3));
  await using(house, mailbox, 100_000, async (retriever) => {
    const results = await collect(retriever.fetch(await listed(retriever), quiet()));
    const error = errorOf(results[1]);
    assert.equal(error.kind, 'item');
    assert.equal(error.code, '8005E237');
    assert.deepEqual(bytesOf([results[0], results[2]]), [message(1), message(3)]);
  });
}

async function unknownHandle(house: RetrieverHouse, mailbox: string): Promise<void> {
  await house.addMessage(mailbox, message(1));
  await using(house, mailbox, generous, async (retriever) => {
    const [handle] = await listed(retriever);
    assert.ok(handle !== undefined);
    const gone: MailHandle = { serverId: handle.serverId.replace(/\d/g, (digit) => String((Number(digit) + 1) % 10)) };
    const results = await collect(retriever.fetch([gone, handle, gone], quiet()));
    assert.equal(errorOf(results[0]).kind, 'notFound');
    assert.equal(errorOf(results[2]).kind, 'notFound');
    assert.deepEqual(bytesOf([results[1]]), [message(1)]);
  });
}

async function deletes(house: RetrieverHouse, mailbox: string): Promise<void> {
  for (let number = 1; number <= 4; number += 1) await house.addMessage(mailbox, message(number));
  let handles: MailHandle[] = [];
  await using(house, mailbox, generous, async (retriever) => {
    handles = await listed(retriever);
    await retriever.settle(handles.slice(0, 1), 'keep', quiet());
    await retriever.settle(handles.slice(1, 3), 'delete', quiet());
    await retriever.settle(handles.slice(2, 3), 'delete', quiet());
  });
  assert.deepEqual(await house.remaining(mailbox), [message(1), message(4)]);
  await using(house, mailbox, generous, (retriever) => retriever.settle(handles.slice(1, 3), 'delete', quiet()));
  assert.deepEqual(await house.remaining(mailbox), [message(1), message(4)]);
}

async function putsAside(house: RetrieverHouse, mailbox: string): Promise<void> {
  for (let number = 1; number <= 4; number += 1) await house.addMessage(mailbox, message(number));
  await using(house, mailbox, generous, async (retriever) => {
    const handles = await listed(retriever);
    await retriever.settle(handles.slice(1, 3), 'undeliverable', quiet());
    await retriever.settle(handles.slice(2, 4), 'undeliverable', quiet());
  });
  const left = await house.remaining(mailbox);
  assert.ok(left[0]?.equals(message(1)));
  if (house.undeliverable === undefined) return;
  assert.deepEqual(left, [message(1)]);
  assert.deepEqual(await house.undeliverable(mailbox), [message(2), message(3), message(4)]);
  assert.equal((await house.seen(mailbox)) ?? 0, 0);
}

async function settleWhileFetching(house: RetrieverHouse, mailbox: string): Promise<void> {
  for (let number = 1; number <= 60; number += 1) await house.addMessage(mailbox, message(number));
  await using(house, mailbox, generous, async (retriever) => {
    let count = 0;
    for await (const result of retriever.fetch(await listed(retriever), quiet())) {
      count += 1;
      assert.deepEqual(bytesOf([result]), [message(count)]);
      await retriever.settle([result.handle], count % 2 === 0 ? 'delete' : 'keep', quiet());
    }
    assert.equal(count, 60);
  });
  assert.equal((await house.remaining(mailbox)).length, 30);
}

async function leftHalfWay(house: RetrieverHouse, mailbox: string): Promise<void> {
  for (let number = 1; number <= 100; number += 1) await house.addMessage(mailbox, message(number));
  await using(house, mailbox, generous, async (retriever) => {
    const handles = await listed(retriever);
    for await (const result of retriever.fetch(handles, quiet())) {
      assert.deepEqual(bytesOf([result]), [message(1)]);
      break;
    }
    assert.deepEqual(bytesOf(await collect(retriever.fetch(handles.slice(70, 72), quiet()))), [
      message(71),
      message(72),
    ]);
    await retriever.settle(handles.slice(0, 99), 'delete', quiet());
    for await (const _ of retriever.fetch(handles.slice(50), quiet())) break;
  });
  assert.deepEqual(await house.remaining(mailbox), [message(100)]);
}

async function listsNew(house: RetrieverHouse, mailbox: string): Promise<void> {
  await house.addMessage(mailbox, message(1));
  const known = new Set<string>();
  let cursor: string | null = null;
  await using(house, mailbox, generous, async (retriever) => {
    for await (const page of retriever.list(null, quiet())) {
      for (const { serverId } of page.handles) known.add(serverId);
      cursor = page.cursor;
    }
  });
  await house.addMessage(mailbox, message(2));
  await using(house, mailbox, generous, async (retriever) => {
    const news = (await listed(retriever, cursor)).filter(({ serverId }) => !known.has(serverId));
    assert.equal(known.size, 1);
    assert.deepEqual(bytesOf(await collect(retriever.fetch(news, quiet()))), [message(2)]);
  });
}

async function aborts(house: RetrieverHouse, mailbox: string): Promise<void> {
  for (let number = 1; number <= 100; number += 1) await house.addMessage(mailbox, message(number));
  const connector = await house.open(mailbox, generous);
  const retriever = retrieverOf(connector);
  const stop = new AbortController();
  const handles = await listed(retriever);
  let count = 0;
  await assert.rejects(async () => {
    for await (const _ of retriever.fetch(handles, stop.signal)) {
      count += 1;
      if (count === 3) stop.abort();
    }
  }, MailroomError);
  assert.ok(count < 100);
  await assert.rejects(collect(retriever.fetch(handles, stop.signal)), MailroomError);
  connector.abort();
  assert.equal((await house.remaining(mailbox)).length, 100);
}

/** A small message, different for each number. */
function message(number: number): Buffer {
  const body = `body of ${number}\r\n.a line with a dot\r\n`.repeat(1 + (number % 20));
  return Buffer.from(`Subject: message ${number}\r\nMessage-ID: <m${number}@contract.example>\r\n\r\n${body}`);
}

async function using(
  house: RetrieverHouse,
  mailbox: string,
  maxMessageBytes: number,
  use: (retriever: MailRetriever) => Promise<void>,
): Promise<void> {
  const connector = await house.open(mailbox, maxMessageBytes);
  try {
    await use(retrieverOf(connector));
    await connector.close();
  } finally {
    connector.abort();
  }
}

function retrieverOf(connector: Connector): MailRetriever {
  assert.ok(connector.retriever !== undefined, 'the connector has no retriever');
  return connector.retriever;
}

async function listed(retriever: MailRetriever, cursor: string | null = null): Promise<MailHandle[]> {
  const pages = await collect(retriever.list(cursor, quiet()));
  return pages.flatMap(({ handles }) => handles);
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function bytesOf(results: readonly (FetchedMail | undefined)[]): Buffer[] {
  return results.map((result) => {
    assert.ok(result !== undefined && 'raw' in result, result === undefined ? 'nothing came' : String(result));
    return Buffer.from(result.raw);
  });
}

function errorOf(result: FetchedMail | undefined): MailroomError {
  assert.ok(result !== undefined && 'error' in result, 'an error was expected');
  return result.error;
}

function quiet(): AbortSignal {
  return new AbortController().signal;
}
