import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, test } from 'node:test';
import { isLit, lightLamp } from '../../../src/store/embedded-postgres/lamp.ts';
import { readPostmasterFile } from '../../../src/store/embedded-postgres/postmaster-file.ts';
import { processIdentity } from '../../../src/store/embedded-postgres/process-identity.ts';
import { ask, containerSkip, endOf, killHard, ServerFixture } from './server-fixture.ts';

let fixture: ServerFixture;
beforeEach(() => {
  fixture = new ServerFixture();
});
afterEach(() => fixture.close());

const inUse = /in use in another container.*Stop the other first/s;
/** No process has it: above the largest number Linux gives. */
const nobody = 4_194_305;

/** Makes a file name a process that cannot be seen from here, as in another container. */
function renumber(file: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(nobody)));
}

test('another container on the folder is refused while a service runs there, and does not disturb it', {
  skip: containerSkip(),
}, async () => {
  const owner = await fixture.start();
  const other = await fixture.serveInContainer();
  assert.match(other.error ?? '', inUse);
  assert.equal((await ask(owner.url, 'select 1 as one')).length, 1);
  await owner.stop();
  const later = await fixture.serveInContainer();
  assert.equal(later.error, undefined, 'the folder is free once the first has stopped');
  await endOf(later.child, true);
});

test('another container is refused as long as a killed service has left its server running', {
  skip: containerSkip(),
}, async () => {
  const served = await fixture.serve();
  await killHard(served.child);
  const other = await fixture.serveInContainer();
  assert.match(other.error ?? '', inUse);
  assert.equal((await ask(served.url, 'select 1 as one')).length, 1);
  process.kill(served.pid, 'SIGKILL');
  while (processIdentity(served.pid) !== undefined) await new Promise((resolve) => setImmediate(resolve));
  const later = await fixture.serveInContainer();
  assert.equal(later.error, undefined, 'what the dead ones left does not block the start');
  await endOf(later.child, true);
});

test('a supervisor that cannot be seen but answers holds the folder; one that does not answer is followed', async () => {
  const served = await fixture.serve();
  renumber(fixture.path('data/supervisor.lock'));
  await assert.rejects(fixture.start(), { code: 'mr_DatabaseFolderInUse', message: inUse });
  await killHard(served.child);
  const server = await fixture.start();
  assert.equal(server.adopted, true);
  const sockets = readdirSync(fixture.path('data')).filter((name) => name.endsWith('.sock'));
  assert.equal(sockets.length, 1, 'the lamp of the dead supervisor is gone');
});

test('a server that cannot be seen but answers keeps another from starting', async () => {
  const served = await fixture.serve();
  await killHard(served.child);
  renumber(fixture.path('data/cluster/postmaster.pid'));
  await assert.rejects(fixture.start(), { code: 'mr_DatabaseFolderInUse', message: inUse });
  assert.ok(!existsSync(fixture.path('data/supervisor.lock')));
  assert.equal((await ask(served.url, 'select 1 as one')).length, 1);
  assert.equal(readPostmasterFile(fixture.path('data/cluster'))?.pid, nobody);
});

test('a lamp shines under a path longer than a socket may have, and goes out', async () => {
  const folder = fixture.path('a-folder-with-a-rather-long-name/'.repeat(5));
  mkdirSync(folder, { recursive: true });
  const lamp = await lightLamp(folder, 'lamp.sock');
  assert.ok(lamp);
  assert.equal(await isLit(folder, 'lamp.sock'), true);
  lamp.out();
  assert.equal(await isLit(folder, 'lamp.sock'), false);
  assert.deepEqual(readdirSync(folder), []);
  assert.equal(await isLit(folder, ''), false);
});
