import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openExchange } from '../../src/connectors/exchange/open-exchange.ts';
import { startExchange } from '../../testbed/exchange/start-exchange.ts';

const isFull = process.env.MAILROOM_TORTURE === 'full';
const [items, folders] = isFull ? [50_000, 500] : [4_000, 50];
const address = 'ada@harbour.example';
const quiet = new AbortController().signal;
/** What reading may have in hand at a time: a page of the list and a batch of messages. */
const mostGrowthMb = 24;

test(`PF-08: ${items} items and ${folders} folders are read with flat memory, and a pass without change is one request`, async (t) => {
  const server = await startExchange({ mailboxes: [{ address, password: 'p' }] });
  try {
    for (let number = 0; number < folders; number += 1) server.makeFolder(address, 'msgfolderroot', `Folder ${number}`);
    server.seed(address, 'inbox', seeds());
    const connector = await openExchange(
      {
        host: '127.0.0.1',
        port: server.port,
        security: 'none',
        signIn: { kind: 'password', username: address, password: 'p' },
        timeoutMs: 30_000,
        maxMessageBytes: 1_000_000,
        ewsUrl: server.ewsUrl,
        mailboxAddress: address,
        impersonates: false,
        passwordScheme: 'basic',
        savesSentCopy: true,
      },
      quiet,
    );
    const { retriever } = connector;
    assert.ok(retriever);
    let cursor: string | null = null;
    let read = 0;
    let early = 0;
    let most = 0;
    for await (const page of retriever.list(null, quiet)) {
      for await (const fetched of retriever.fetch(page.handles, quiet)) {
        assert.ok('raw' in fetched);
        read += 1;
      }
      cursor = page.cursor;
      server.forgetRequests();
      const used = usedMb();
      if (early === 0 && read >= items / 8) early = used;
      most = Math.max(most, used);
    }
    assert.equal(read, items);
    const grown = most - early;
    server.forgetRequests();
    const before = process.cpuUsage();
    for await (const page of retriever.list(cursor, quiet)) assert.equal(page.handles.length, 0);
    const { user, system } = process.cpuUsage(before);
    assert.equal(server.requests.length, 1);
    connector.abort();
    t.diagnostic(
      `${items} items: heap grew by ${grown.toFixed(1)} MB from the first eighth on; a pass without change: 1 request, ${((user + system) / 1000).toFixed(1)} ms CPU, the simulator's included`,
    );
    assert.ok(grown < mostGrowthMb, `the heap grew by ${grown.toFixed(1)} MB`);
  } finally {
    await server.stop();
  }
});

/** Messages that are made anew each time they are asked for: the server keeps none of their bytes. */
function* seeds() {
  for (let number = 0; number < items; number += 1) {
    const head = `From: s${number}@northwind.example\r\nTo: ${address}\r\nSubject: Mail ${number}\r\nMessage-ID: <large.${number}@northwind.example>\r\n`;
    yield { mime: (): Buffer => Buffer.from(`${head}\r\n${'A line of the body.\r\n'.repeat(250)}`) };
  }
}

/** Heap in use after a collection, with buffers, megabytes. */
function usedMb(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1024 / 1024;
}
