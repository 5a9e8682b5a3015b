import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

const main = new URL('../../src/app/main.ts', import.meta.url).href;

test('a service whose port is taken says so, stops its database and ends', async (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-start-'));
  chmodSync(folder, 0o755);
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
  const port = (squatter.address() as AddressInfo).port;
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '-e', `import(${JSON.stringify(main)}).then((m) => m.runMain(['node', 'mailroom', 'start']))`],
    {
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        MAILROOM_DATA_DIR: path.join(folder, 'data'),
        MAILROOM_PORT: `${port}`,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  context.after(async () => {
    child.kill('SIGKILL');
    await new Promise((resolve) => squatter.close(resolve));
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => {
    said += piece.toString();
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  assert.equal(code, 1, said);
  assert.match(
    said,
    new RegExp(`cannot listen on 127\\.0\\.0\\.1:${port}.*Set MAILROOM_PORT.*mr_PortUnavailable`, 's'),
  );
  assert.equal(
    existsSync(path.join(folder, 'data/postgresql/cluster/postmaster.pid')),
    false,
    'the database is stopped',
  );
});
