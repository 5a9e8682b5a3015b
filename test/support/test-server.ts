import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded-postgres/embedded-postgres.ts';

/** Settings for servers of tests only: a power cut may destroy them, which costs nothing. */
const quickSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '300',
  autovacuum: 'off',
};

/** Starts a throw-away server in `dataDir`. */
export function startTestServer(dataDir: string): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir, clock: systemClock, log: silentLog, settings: quickSettings });
}

/**
 * The administrator's URL of the server for tests: the one `npm test` started (MAILROOM_TEST_DATABASE_URL, which may also name
 * a server of your own), else one in the user's temporary folder that stays running for the next single test file.
 */
export async function testServerUrl(): Promise<string> {
  const given = process.env.MAILROOM_TEST_DATABASE_URL;
  if (given) return given;
  const folder = sharedFolder();
  try {
    return await useShared(folder);
  } catch {
    // Its files may be broken by a power cut (fsync is off): start afresh.
    rmSync(folder, { recursive: true, force: true });
    return useShared(folder);
  }
}

function sharedFolder(): string {
  const folder = join(tmpdir(), `mailroom-test-${process.getuid?.() ?? 'user'}`);
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  return join(folder, 'postgresql');
}

async function useShared(folder: string): Promise<string> {
  const server = await startTestServer(folder);
  await server.detach();
  if (!server.adopted) await dropLeftOvers(server.url);
  return server.url;
}

/** Databases of test processes that were killed. */
async function dropLeftOvers(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query<{ datname: string }>(
      "select datname from pg_database where datname like 'mr\\_test\\_%' and not datistemplate",
    );
    for (const { datname } of found.rows) await client.query(`drop database if exists ${datname} with (force)`);
  } finally {
    await client.end();
  }
}
