import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { Client } from 'pg';
import { type Clock, systemClock } from '../../../src/base/clock.ts';
import { readPostmasterFile } from '../../../src/store/embedded-postgres/postmaster-file.ts';
import { processIdentity } from '../../../src/store/embedded-postgres/process-identity.ts';
import { ask, endOf, keptLog, killHard, ordinaryUser, ordinaryUserSkip, ServerFixture } from './server-fixture.ts';

const isRoot = process.getuid?.() === 0;

let fixture: ServerFixture;
beforeEach(() => {
  fixture = new ServerFixture();
});
afterEach(() => fixture.close());

test('a first start makes a UTF-8 database with case rules beyond ASCII, closed by a password that is not logged', async () => {
  const kept = keptLog();
  const server = await fixture.start({ log: kept.log });
  assert.equal(server.adopted, false);
  const rows = await ask(
    server.url,
    "select lower('ÁRVÍZ') as lower, 'É' ilike 'é' as ilike, current_setting('server_encoding') as encoding, current_setting('listen_addresses') as listen",
  );
  assert.deepEqual(rows, [{ lower: 'árvíz', ilike: true, encoding: 'UTF8', listen: '127.0.0.1' }]);

  const password = readFileSync(fixture.path('data/password'), 'utf8').trim();
  assert.equal(statSync(fixture.path('data/password')).mode & 0o777, 0o600);
  assert.ok(server.url.includes(password));
  assert.ok(!kept.text().includes(password));
  assert.ok(!readFileSync(fixture.path('data/server.log'), 'utf8').includes(password));
  await assert.rejects(ask(server.url.replace(password, 'guess'), 'select 1'), { code: '28P01' });
});

test('after an orderly stop the next start has the data and the same address, and needs no recovery', async () => {
  const first = await fixture.start();
  await ask(first.url, 'create table kept as select 42 as n');
  await first.stop();
  assert.equal(await first.exited, undefined);
  assert.equal(processIdentity(first.pid), undefined);
  const second = await fixture.start();
  assert.equal(second.adopted, false);
  assert.equal(second.url, first.url);
  assert.deepEqual(await ask(second.url, 'select n from kept'), [{ n: 42 }]);
  assert.doesNotMatch(readFileSync(fixture.path('data/server.log'), 'utf8'), /not properly shut down/);
});

test('kill -9 of the service leaves the server up; the next start adopts it, supervises it and can stop it', async () => {
  const served = await fixture.serve();
  await ask(served.url, 'create table kept as select 42 as n');
  await killHard(served.child);
  assert.ok(processIdentity(served.pid));
  const server = await fixture.start();
  assert.equal(server.adopted, true);
  assert.equal(server.pid, served.pid);
  assert.deepEqual(await ask(server.url, 'select n from kept'), [{ n: 42 }]);
  await server.stop();
  assert.equal(processIdentity(served.pid), undefined);
});

test('kill -9 of an adopted server is noticed as well', async () => {
  const served = await fixture.serve();
  await killHard(served.child);
  const kept = keptLog();
  const server = await fixture.start({ log: kept.log });
  process.kill(server.pid, 'SIGKILL');
  await kept.said('the database server runs again');
  assert.notEqual(server.pid, served.pid);
  assert.equal((await ask(server.url, 'select 1 as one')).length, 1);
});

test('kill -9 of the server: it is started again at the same address and what was committed is there', async () => {
  const kept = keptLog();
  const server = await fixture.start({ log: kept.log, settings: {} });
  await ask(server.url, 'create table kept as select 42 as n');
  const before = server.pid;
  process.kill(before, 'SIGKILL');
  await kept.said('the database server died');
  assert.equal(server.failure?.code, 'mr_DatabaseDown');
  await kept.said('the database server runs again');
  assert.equal(server.failure, undefined);
  assert.notEqual(server.pid, before);
  assert.deepEqual(await ask(server.url, 'select n from kept'), [{ n: 42 }]);
});

test('kill -9 of both: the next start recovers', async () => {
  const served = await fixture.serve();
  await ask(served.url, 'create table kept as select 42 as n');
  process.kill(served.pid, 'SIGKILL');
  await killHard(served.child);
  const server = await fixture.start();
  assert.deepEqual(await ask(server.url, 'select n from kept'), [{ n: 42 }]);
});

test('a second process shares the server, does not stop it, and takes over when the first is gone', async () => {
  const owner = await fixture.serve();
  const kept = keptLog();
  const guest = await fixture.start({ log: kept.log });
  assert.equal(guest.pid, owner.pid);
  const passer = await fixture.start();
  await passer.stop();
  assert.ok(processIdentity(owner.pid), 'a guest must not stop the server of another process');
  await endOf(owner.child, true);
  await kept.said('the database server runs again');
  assert.equal((await ask(guest.url, 'select 1 as one')).length, 1);
});

test('a server that takes no connections for long, as after a crash, is waited for', {
  skip: process.platform !== 'linux' && 'needs /proc',
}, async () => {
  const served = await fixture.serve();
  await killHard(served.child);
  const client = new Client({ connectionString: served.url });
  await client.connect();
  // An orderly stop waits for this client and meanwhile answers others as a recovery does.
  process.kill(served.pid, 'SIGTERM');
  const kept = keptLog();
  let looks = 0;
  const startedMs = Date.now();
  const hurried: Clock = {
    now: () => {
      looks += 1;
      return new Date(startedMs + looks * 20_000);
    },
    sleep: systemClock.sleep,
  };
  const started = fixture.start({ log: kept.log, clock: hurried });
  await kept.said('takes no connections yet');
  await client.end();
  assert.notEqual((await started).pid, served.pid);
});

test('detach leaves the server running for the next start', async () => {
  const first = await fixture.start();
  await first.detach();
  const second = await fixture.start();
  assert.equal(second.adopted, true);
  assert.equal(second.pid, first.pid);
});

test('a port taken meanwhile is replaced by another', async () => {
  const first = await fixture.start();
  await first.stop();
  const port = Number(new URL(first.url).port);
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(port, '127.0.0.1', resolve));
  try {
    const second = await fixture.start();
    assert.notEqual(new URL(second.url).port, String(port));
    assert.equal((await ask(second.url, 'select 1 as one')).length, 1);
    await second.stop();
  } finally {
    await new Promise((resolve) => squatter.close(resolve));
  }
});

test('a postmaster.pid that names a process of something else does not block the start', {
  skip: process.platform !== 'linux' && 'needs /proc',
}, async () => {
  const first = await fixture.start();
  const file = fixture.path('data/cluster/postmaster.pid');
  const text = readFileSync(file, 'utf8');
  await first.stop();
  writeFileSync(file, text.replace(/^\d+/, String(process.pid)));
  assert.equal(readPostmasterFile(fixture.path('data/cluster'))?.pid, process.pid);
  const second = await fixture.start();
  assert.equal(second.adopted, false);
});

test('a start that fails quotes the last lines of the server log and leaves nothing running', async () => {
  await assert.rejects(fixture.start({ settings: { shared_buffers: 'plenty' } }), (error: Error) => {
    assert.match(error.message, /invalid value for parameter "shared_buffers": "plenty"/);
    assert.match(error.message, /server\.log/);
    assert.match(error.message, /MAILROOM_DATABASE_URL/);
    return true;
  });
  assert.ok(!existsSync(fixture.path('data/supervisor.lock')));
  const server = await fixture.start();
  assert.equal((await ask(server.url, 'select 1 as one')).length, 1);
});

test('an aborted start ends what it began', async () => {
  const abort = new AbortController();
  const start = fixture.start({ signal: abort.signal });
  setImmediate(() => abort.abort());
  await assert.rejects(start, { code: 'mr_DatabaseStartCancelled' });
  assert.ok(!existsSync(fixture.path('data/supervisor.lock')));
  assert.equal(readPostmasterFile(fixture.path('data/cluster')), undefined);
});

test('as root, a data folder below one that the server cannot pass is refused by name', {
  skip: !isRoot && 'only root runs the server as another user',
}, async () => {
  const barrier = fixture.path('private');
  mkdirSync(barrier, { mode: 0o700 });
  await assert.rejects(fixture.start({ dataDir: `${barrier}/data` }), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'mr_DatabaseSetUp');
    assert.ok(error.message.includes(`cannot pass the folder ${barrier} on`), error.message);
    assert.ok(error.message.includes(`chmod o+x ${barrier}`));
    return true;
  });
});

test('as root the server runs as another user, who owns the cluster', {
  skip: !isRoot && 'only root runs the server as another user',
}, async () => {
  const server = await fixture.start();
  const owner = statSync(fixture.path('data/cluster')).uid;
  assert.notEqual(owner, 0);
  assert.equal(statSync(`/proc/${server.pid}`).uid, owner);
});

test('an ordinary user runs it too, and root then takes the same folder over', {
  skip: ordinaryUserSkip(),
}, async () => {
  mkdirSync(fixture.path('home'));
  chmodSync(fixture.path('home'), 0o777);
  const dataDir = fixture.path('home/data');
  const served = await fixture.serve(dataDir, ordinaryUser);
  assert.equal(served.error, undefined);
  assert.equal(statSync(`${dataDir}/password`).uid, ordinaryUser);
  await ask(served.url, 'create table kept as select 42 as n');
  await endOf(served.child, true);
  assert.equal(processIdentity(served.pid), undefined);
  const server = await fixture.start({ dataDir });
  assert.deepEqual(await ask(server.url, 'select n from kept'), [{ n: 42 }]);
  assert.equal(statSync(`/proc/${server.pid}`).uid, ordinaryUser);
});

test("a cluster of another user is refused with the owner's number", {
  skip: ordinaryUserSkip(),
}, async () => {
  const first = await fixture.start();
  await first.stop();
  chmodSync(fixture.path('data'), 0o777);
  const served = await fixture.serve(fixture.path('data'), 54_321);
  const owner = statSync(fixture.path('data/cluster')).uid;
  assert.match(served.error ?? '', new RegExp(`belongs to user id ${owner}, but Mailroom runs as user id 54321`));
});
