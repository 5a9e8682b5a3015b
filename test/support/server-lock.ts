import { Client } from 'pg';

/** Any number will do as long as nobody else uses it on a server for tests. */
const lockKey = 1_836_216_833;

interface Held {
  readonly alone: boolean;
  count: number;
  readonly client: Promise<Client>;
}

/** One lock a process (a test file), however many databases it opens: a second one could wait for a process that waits for us. */
let held: Held | undefined;

/**
 * Keeps the server for tests: together with other test files, or `alone`, for tests of what depends on every transaction of
 * the server, such as the change feed (`pg_snapshot_xmin` is the server's, not the database's). Returns the release.
 */
export async function holdServer(adminUrl: string, alone: boolean): Promise<() => Promise<void>> {
  if (held !== undefined && alone && !held.alone) {
    throw new Error('This test file has the server shared already. Open the database that must be alone first.');
  }
  held ??= { alone, count: 0, client: take(adminUrl, alone) };
  const mine = held;
  mine.count += 1;
  const client = await mine.client;
  return async () => {
    mine.count -= 1;
    if (mine.count > 0) return;
    if (held === mine) held = undefined;
    await client.end();
  };
}

async function take(adminUrl: string, alone: boolean): Promise<Client> {
  const client = new Client({ connectionString: adminUrl });
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`select pg_advisory_lock${alone ? '' : '_shared'}($1)`, [lockKey]);
  return client;
}
