import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { silentLog } from '../../../src/base/log.ts';
import { type ChangeHub, createChangeHub } from '../../../src/webapi/events/change-hub.ts';
import { type HeldClock, heldClock } from '../../support/clock.ts';
import { openRuledApi, type RuledApi } from '../../support/ruled-api.ts';
import { idOf } from '../../support/web-api.ts';

let api: RuledApi;
let hub: ChangeHub;
let clock: HeldClock;
let origin = '';
/** While set, no stream begins before it resolves. */
let gate: Promise<void> | undefined;
let waiting = 0;

before(async () => {
  clock = heldClock();
  api = await openRuledApi((database) => {
    hub = createChangeHub((text, values) => database.sql(text, values), clock, silentLog);
    const listen: ChangeHub['listen'] = async (tables, tell) => {
      waiting += 1;
      await gate;
      return hub.listen(tables, tell);
    };
    return { changes: { ...hub, listen } };
  });
  origin = await api.server.listen({ host: '127.0.0.1', port: 0 });
});
after(async () => {
  await api.close();
  await hub.stop();
});

interface Stream {
  /** The next event that is told, time moving on until it comes. */
  next(): Promise<{ readonly event: string; readonly data: unknown }>;
  end(): Promise<void>;
}

async function open(tables: string, token = 'admin'): Promise<Stream> {
  const ended = new AbortController();
  const answer = await fetch(`${origin}/api/events?tables=${tables}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: ended.signal,
  });
  assert.equal(answer.status, 200, await (answer.status === 200 ? '' : answer.text()));
  assert.equal(answer.headers.get('content-type'), 'text/event-stream');
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  let text = '';
  return {
    next: async () => {
      for (;;) {
        const at = text.indexOf('\n\n');
        if (at >= 0) {
          const block = text.slice(0, at);
          text = text.slice(at + 2);
          const event = /^event: (.*)$/m.exec(block)?.[1];
          if (event !== undefined) return { event, data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '{}') };
          continue;
        }
        const part = await whileTimePasses(reader.read());
        assert.ok(!part.done, 'the stream ended');
        text += Buffer.from(part.value).toString();
      }
    },
    end: async () => {
      ended.abort();
      await reader.closed.catch(() => undefined);
    },
  };
}

/** Moves time on, look by look, until `wanted` comes. */
async function whileTimePasses<T>(wanted: Promise<T>): Promise<T> {
  let isDone = false;
  const done = wanted.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    await clock.advance(1000);
    await api.database.sql('select 1');
  }
  return done;
}

test('changes and removals of the tables asked for are told to an administrator', async () => {
  const stream = await open('contact,task');
  assert.equal((await stream.next()).event, 'ready');
  const id = idOf(await api.send('POST', 'contacts', { lastname: 'Live' }));
  assert.deepEqual(await stream.next(), { event: 'change', data: { table: 'contact', changed: [id], removed: [] } });
  await api.send('DELETE', `contacts(${id})`);
  assert.deepEqual(await stream.next(), { event: 'change', data: { table: 'contact', changed: [], removed: [id] } });
  await stream.end();
});

test('SE-07: a user is told only of rows they may read', async () => {
  const stream = await open('email', 'user');
  assert.equal((await stream.next()).event, 'ready');
  await api.send('POST', 'emails', { subject: 'Of the administrator' });
  const own = idOf(await api.send('POST', 'emails', { subject: 'Mine' }, { authorization: 'Bearer user' }));
  assert.deepEqual(await stream.next(), { event: 'change', data: { table: 'email', changed: [own], removed: [] } });
  await stream.end();
});

test('a stream needs a sign-in, a table that is there, and the right to read it', async () => {
  const status = async (query: string, token: string) =>
    (await fetch(`${origin}/api/events${query}`, { headers: { authorization: `Bearer ${token}` } })).status;
  assert.equal(await status('?tables=email', 'wrong'), 401);
  assert.equal(await status('', 'admin'), 400);
  assert.equal(await status('?tables=nosuch', 'admin'), 400);
  assert.equal(await status('?tables=mr_quarantine', 'user'), 403);
});

test('readers who leave before their stream begins leave nothing behind', async () => {
  let release = () => {};
  gate = new Promise((resolve) => {
    release = resolve;
  });
  waiting = 0;
  const leaving = new AbortController();
  const asked = Array.from({ length: 20 }, () =>
    fetch(`${origin}/api/events?tables=contact`, {
      headers: { authorization: 'Bearer admin' },
      signal: leaving.signal,
    }).catch(() => undefined),
  );
  while (waiting < 20) await api.database.sql('select 1');
  leaving.abort();
  await Promise.all(asked);
  const connections = () => new Promise((resolve) => api.server.server.getConnections((_, count) => resolve(count)));
  while ((await connections()) !== 0) await api.database.sql('select 1');
  release();
  gate = undefined;
  const stream = await open('contact');
  assert.deepEqual(await stream.next(), { event: 'ready', data: {} });
  await stream.end();
});
