import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MailroomError } from '../../../src/base/errors.ts';
import { freePort } from '../../../testbed/servers/free-port.ts';
import { drop, handlesOf, house, mail, quiet, taken, told } from './pop3-fixtures.ts';

for (const command of ['CAPA', 'AUTH', 'UIDL', 'TOP', 'QUIT']) {
  test(`EC-08: a server that hangs at ${command} is a transient timeout`, async (t) => {
    const faults = { messages: () => drop(2), answers: { [command]: 'hang' } };
    const { open } = await house(t, faults, { timeoutMs: 80 });
    await assert.rejects(
      async () => {
        const { connector, retriever } = await open();
        const handles = await handlesOf(retriever);
        const { ended } = await taken(retriever.fetch(handles, quiet));
        if (ended !== undefined) throw ended;
        await retriever.settle(handles, 'delete', quiet);
        await connector.close();
      },
      { code: 'mr_Pop3Timeout', kind: 'transient' },
    );
  });
}

test('a server that never greets is a timeout; one that is not there, transient; a wrong name, configuration', async (t) => {
  const silent = await house(t, { greeting: '' }, { timeoutMs: 80 });
  await assert.rejects(silent.open(), { code: 'mr_Pop3Timeout' });
  const absent = await house(t, {}, { port: await freePort() });
  await assert.rejects(absent.open(), { code: '8005E227', kind: 'transient' });
  const misnamed = await house(t, {}, { host: 'no-such-host.invalid' });
  await assert.rejects(misnamed.open(), (error: MailroomError) => {
    // A machine without any name server answers EAI_AGAIN, which may pass.
    assert.equal(error.code, '8005E218');
    return error.kind === 'configuration' || error.kind === 'transient';
  });
});

test('answers in pieces of 1 to 5 bytes are put together again', async (t) => {
  for (const pieceBytes of [1, 2, 3, 5]) {
    const { open } = await house(t, { messages: () => drop(8), pieceBytes });
    const { connector, retriever } = await open();
    const { got, ended } = await taken(retriever.fetch(await handlesOf(retriever), quiet));
    assert.equal(ended, undefined);
    assert.deepEqual(
      got.map((result) => ('raw' in result ? result.raw.toString() : '')),
      drop(8).map(({ body }) => body.toString()),
    );
    await connector.close();
  }
});

test('a line dropped in the midst of a message is transient; what came before stays valid, nothing is deleted', async (t) => {
  const { open, server } = await house(t, {
    messages: () => drop(50),
    cut: { command: 'TOP 20 99999999', afterBytes: 30 },
  });
  const { connector, retriever } = await open();
  const handles = await handlesOf(retriever);
  const { got, ended } = await taken(retriever.fetch(handles, quiet));
  assert.deepEqual(
    told(got),
    Array.from({ length: 19 }, (_, index) => String(index + 1)),
  );
  assert.ok(ended instanceof MailroomError);
  assert.deepEqual([ended.code, ended.kind], ['8005E215', 'transient']);
  await retriever.settle(handles.slice(0, 19), 'delete', quiet);
  await assert.rejects(connector.close(), { kind: 'transient' });
  assert.ok(!server.received.some((line) => line.startsWith('DELE')));
});

test('IN-04, PAIN-09: all UIDLs changed: old handles are gone one by one, the new ones are listed and can be matched by their heads', async (t) => {
  const { open } = await house(t, {
    messages: (connection) => drop(3).map(({ uid, body }) => ({ uid: `${uid}-of-${connection}`, body })),
  });
  const before = await handlesOf((await open()).retriever);
  const { retriever } = await open();
  const now = await handlesOf(retriever);
  assert.deepEqual(
    now.map(({ serverId }) => serverId),
    ['u1-of-2', 'u2-of-2', 'u3-of-2'],
  );
  const { got } = await taken(retriever.fetch(before, quiet));
  assert.ok(got.every((result) => 'error' in result && result.error.kind === 'notFound'));
  assert.ok(retriever.fetchHeads !== undefined);
  const heads = await taken(retriever.fetchHeads(now, 4096, quiet));
  assert.ok(heads.got.every((result, index) => 'raw' in result && result.raw.includes(`<${index + 1}@x.example>`)));
});

test('UIDLs given twice name two messages all the same', async (t) => {
  const { open } = await house(t, { messages: () => drop(4).map(({ body }) => ({ uid: 'same', body })) });
  const { retriever } = await open();
  const handles = await handlesOf(retriever);
  assert.deepEqual(
    handles.map(({ serverId }) => serverId),
    ['same', 'same 2', 'same 3', 'same 4'],
  );
  assert.deepEqual(told((await taken(retriever.fetch(handles, quiet))).got), ['1', '2', '3', '4']);
});

test('a message above the limit by its own account is not even asked for', async (t) => {
  const { open, server } = await house(t, {
    messages: () => drop(3).map((message, index) => (index === 1 ? { ...message, statedSize: 1_000_001 } : message)),
  });
  const { retriever } = await open();
  assert.deepEqual(told((await taken(retriever.fetch(await handlesOf(retriever), quiet))).got), ['1', '8005E237', '3']);
  assert.ok(!server.received.some((line) => line.startsWith('TOP 2')));
});

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

test('100 MB that were announced as 100 bytes are refused with flat memory, and the conversation goes on', async (t) => {
  const large = { uid: 'large', statedSize: 100, body: { generatedBytes: 100 * 1024 * 1024 } };
  const { open, server } = await house(t, { messages: () => [...drop(1), large, ...drop(3).slice(1)] });
  const { connector, retriever } = await open();
  const handles = await handlesOf(retriever);
  let highest = 0;
  const start = process.memoryUsage();
  const watch = setInterval(() => {
    // What waits to be collected is not held; when it goes differs between versions of Node.
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    highest = Math.max(highest, heapUsed + external - start.heapUsed - start.external);
  }, 20);
  const { got, ended } = await taken(retriever.fetch(handles, quiet));
  clearInterval(watch);
  assert.equal(ended, undefined);
  assert.deepEqual(told(got), ['1', '8005E237', '2', '3']);
  assert.ok(highest < 60 * 1024 * 1024, `memory grew by ${highest} bytes`);
  await connector.close();
  assert.equal(server.connections(), 1);
});

test('a message that never ends fails alone: the conversation is opened anew and the others are read', async (t) => {
  const endless = { uid: 'endless', statedSize: 100, body: { generatedBytes: Number.POSITIVE_INFINITY } };
  const { open, server } = await house(
    t,
    { messages: () => [...drop(1), endless, ...drop(3).slice(1)] },
    { maxMessageBytes: 10_000, timeoutMs: 300 },
  );
  const { connector, retriever } = await open();
  const { got, ended } = await taken(retriever.fetch(await handlesOf(retriever), quiet));
  assert.equal(ended, undefined);
  assert.deepEqual(told(got), ['1', '8005E237', '2', '3']);
  assert.equal(server.connections(), 2);
  await connector.close();
});

test('sizes announced far too large cost one message asked twice, no data', async (t) => {
  const { open } = await house(t, { messages: () => drop(60).map((message) => ({ ...message, statedSize: 9_000 })) });
  const { retriever } = await open();
  const { got } = await taken(retriever.fetch(await handlesOf(retriever), quiet));
  assert.deepEqual(
    told(got),
    Array.from({ length: 60 }, (_, index) => String(index + 1)),
  );
});

test('TOP that cuts messages short or is refused gives way to RETR', async (t) => {
  for (const fault of [{ topLines: 1 }, { answers: { TOP: '-ERR TOP is switched off\r\n' } }]) {
    const body = Buffer.concat([mail(7), Buffer.from('a line of the body\r\n'.repeat(500))]);
    const messages = () => Array.from({ length: 50 }, (_, index) => ({ uid: `u${index}`, body }));
    const { open } = await house(t, { messages, ...fault });
    const { retriever } = await open();
    const { got, ended } = await taken(retriever.fetch(await handlesOf(retriever), quiet));
    assert.equal(ended, undefined);
    assert.equal(got.length, 50);
    assert.ok(got.every((result) => 'raw' in result && result.raw.equals(body)));
  }
});

test('one message refused by the server fails alone and may be tried again', async (t) => {
  const answers = { 'TOP 2 99999999': '-ERR [SYS/TEMP] disk trouble\r\n' };
  const { open } = await house(t, { messages: () => drop(3), answers });
  const { retriever } = await open();
  const { got } = await taken(retriever.fetch(await handlesOf(retriever), quiet));
  assert.deepEqual(told(got), ['1', '8005E215', '3']);
  const [, refused] = got;
  assert.ok(refused !== undefined && 'error' in refused);
  assert.equal(refused.error.kind, 'transient');
  assert.match(refused.error.serverReply ?? '', /disk trouble/);
});

test('without PIPELINING one command is under way at a time', async (t) => {
  const capabilities = ['TOP', 'UIDL', 'USER'];
  // A hang at the fourth message shows that no fifth was asked for.
  const faults = { capabilities, messages: () => drop(9), answers: { 'TOP 4 99999999': 'hang' } };
  const { open, server } = await house(t, faults, { timeoutMs: 80 });
  const { retriever } = await open();
  const { got } = await taken(retriever.fetch(await handlesOf(retriever), quiet));
  assert.deepEqual(told(got), ['1', '2', '3']);
  assert.equal(server.received.at(-1), 'TOP 4 99999999');
  assert.deepEqual(server.received.slice(1, 3), ['USER user', 'PASS pa55word']);
});

test('IN-04: a server without UIDL is a configuration error that says what to do', async (t) => {
  for (const capabilities of [['USER'], null]) {
    const { open } = await house(t, { capabilities, answers: { UIDL: '-ERR unknown command\r\n' } });
    const { retriever } = await open();
    assert.equal(retriever.fetchHeads, undefined);
    await assert.rejects(handlesOf(retriever), { code: '8005E215', kind: 'configuration', message: /Use IMAP/ });
  }
});

test('garbage in a listing ends the conversation as transient', async (t) => {
  for (const answer of [
    '+OK\r\nno number\r\n.\r\n',
    '+OK\r\n1\r\n.\r\n',
    `+OK\r\n1 ${'x'.repeat(600)}\r\n.\r\n`,
    'what?\r\n',
  ]) {
    const { open } = await house(t, { answers: { UIDL: answer } });
    await assert.rejects(handlesOf((await open()).retriever), { code: '8005E215', kind: 'transient' });
  }
});

test('a signal ends opening and waiting at once', async (t) => {
  const early = new AbortController();
  early.abort();
  await assert.rejects((await house(t, {})).open(early.signal), { code: 'mr_Pop3Aborted' });
  const { open } = await house(t, { messages: () => drop(5), answers: { UIDL: 'hang' } }, { timeoutMs: 60_000 });
  const { retriever } = await open();
  const stop = new AbortController();
  const listing = assert.rejects(
    async () => {
      for await (const _ of retriever.list(null, stop.signal));
    },
    { code: 'mr_Pop3Aborted' },
  );
  setImmediate(() => stop.abort());
  await listing;
});

test('two readings at once are refused as a mistake of ours', async (t) => {
  const { open } = await house(t, { messages: () => drop(3) });
  const { retriever } = await open();
  const handles = await handlesOf(retriever);
  for await (const _ of retriever.fetch(handles, quiet)) {
    await assert.rejects(handlesOf(retriever), { kind: 'internal' });
  }
});

test('UD-03: a deletion the server refuses is an error at close, the others are carried out', async (t) => {
  const answers = { 'DELE 2': '-ERR read only\r\n' };
  const { open, server } = await house(t, { messages: () => drop(3), answers });
  const { connector, retriever } = await open();
  await retriever.settle(await handlesOf(retriever), 'delete', quiet);
  await assert.rejects(connector.close(), { code: '8005E215', kind: 'transient', message: /DELE/ });
  assert.deepEqual(server.received.slice(-4), ['DELE 1', 'DELE 2', 'DELE 3', 'QUIT']);
});
