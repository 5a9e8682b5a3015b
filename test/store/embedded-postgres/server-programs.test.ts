import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { findServerPackage } from '../../../src/store/embedded-postgres/server-programs.ts';
import { ask, ordinaryUser, ordinaryUserSkip, ServerFixture } from './server-fixture.ts';

const isRoot = process.getuid?.() === 0;

let fixture: ServerFixture;
beforeEach(() => {
  fixture = new ServerFixture();
});
afterEach(() => fixture.close());

/** A copy of the installed package as it is when install scripts did not run: without library links. */
function bareCopy(folder: string): string {
  const from = findServerPackage();
  cpSync(from, folder, { recursive: true, verbatimSymlinks: true, filter: (source) => !source.endsWith('.a') });
  for (const path of linksOf(folder)) rmSync(path, { force: true });
  return folder;
}

function linksOf(folder: string): string[] {
  const text = readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8');
  return (JSON.parse(text) as { target: string }[]).map(({ target }) => join(folder, target));
}

test('library links that no install script made are made', async () => {
  const packageFolder = bareCopy(fixture.path('package'));
  const server = await fixture.start({ packageFolder });
  assert.equal((await ask(server.url, 'select 1 as one')).length, 1);
  assert.ok(linksOf(packageFolder).every((path) => lstatSync(path).isSymbolicLink()));
  assert.ok(!existsSync(fixture.path('data/programs')));
});

test('in a read-only install the programs are copied to where links can be made', {
  skip: ordinaryUserSkip(),
}, async () => {
  const packageFolder = bareCopy(fixture.path('package'));
  mkdirSync(fixture.path('home'));
  chmodSync(fixture.path('home'), 0o777);
  const served = await fixture.serve(fixture.path('home/data'), ordinaryUser, packageFolder);
  assert.equal(served.error, undefined);
  assert.equal((await ask(served.url, 'select 1 as one')).length, 1);
  assert.ok(existsSync(fixture.path('home/data/programs')));
});

test('programs in a folder the server cannot reach (a checkout in a 0700 home) are copied', {
  skip: !isRoot && 'only root runs the server as another user',
}, async () => {
  mkdirSync(fixture.path('home'), { mode: 0o700 });
  const packageFolder = bareCopy(fixture.path('home/package'));
  const first = await fixture.start({ packageFolder });
  assert.equal((await ask(first.url, 'select 1 as one')).length, 1);
  await first.stop();
  const second = await fixture.start({ packageFolder });
  assert.equal((await ask(second.url, 'select 1 as one')).length, 1);
});

test('a machine without programs is told to name a server of its own', () => {
  assert.throws(() => findServerPackage('sunos', 'sparc'), /sunos-sparc.*MAILROOM_DATABASE_URL/s);
});

test('a full disk is named in the error, and the start works once there is room', {
  skip: !isRoot && 'needs root to mount a small disk',
}, async (context) => {
  const disk = fixture.path('disk');
  mkdirSync(disk);
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m,mode=755', 'tmpfs', disk], { encoding: 'utf8' });
  if (mount.status !== 0) return context.skip(`no small disk can be mounted here: ${mount.stderr.trim()}`);
  try {
    await assert.rejects(fixture.start({ dataDir: join(disk, 'data') }), /No space left on device/);
    spawnSync('mount', ['-o', 'remount,size=200m', disk]);
    const server = await fixture.start({ dataDir: join(disk, 'data') });
    assert.equal((await ask(server.url, 'select 1 as one')).length, 1);
    await server.stop();
  } finally {
    spawnSync('umount', ['-l', disk]);
  }
});
