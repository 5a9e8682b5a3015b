import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { type Log, silentLog } from '../../src/base/log.ts';
import { createSecretBox, type SecretBox } from '../../src/base/secret-box.ts';
import type { Database } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openDatabase } from '../../src/store/sql-database.ts';
import { holdServer } from './server-lock.ts';
import { testServerUrl } from './test-server.ts';

/** A database of this test alone, with the schema applied. */
export interface TestDatabase {
  readonly database: Database;
  /** Its URL, for a second pool or a process of its own. */
  readonly url: string;
  /** Seals with a fixed key; the one `database` uses. */
  readonly secretBox: SecretBox;
  /** Closes the pool and drops the database. */
  close(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** The machine's when absent. */
  readonly clock?: Clock;
  readonly log?: Log;
  /** Connections of the pool, 5 when absent. */
  readonly maxConnections?: number;
  /** No other test file uses the server meanwhile: for tests that any transaction of the server would disturb (change feed). */
  readonly alone?: boolean;
}

/** A box with a fixed key. */
export const testSecretBox: SecretBox = createSecretBox(Buffer.alloc(32, 7));

/** Makes an empty database with all migrations applied (a copy of a template, some 20 ms) and opens it. */
export async function openTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { url, drop } = await createTestDatabase('migrated', options.alone ?? false);
  try {
    const database = await openDatabase({
      url,
      secretBox: testSecretBox,
      clock: options.clock ?? systemClock,
      log: options.log ?? silentLog,
      maxConnections: options.maxConnections ?? 5,
    });
    const close = async () => {
      await database.close();
      await drop();
    };
    return { database, url, secretBox: testSecretBox, close };
  } catch (error) {
    await drop();
    throw error;
  }
}

/** A database that exists, not opened. */
export interface BareTestDatabase {
  readonly url: string;
  /** Drops it, cutting connections that are left. */
  drop(): Promise<void>;
}

/** Makes a database with the schema applied, or quite empty, without opening it. */
export function createTestDatabase(
  schema: 'migrated' | 'empty' = 'migrated',
  alone = false,
): Promise<BareTestDatabase> {
  return createFrom((client, admin) => (schema === 'empty' ? 'template0' : ensureTemplate(client, admin)), alone);
}

/** Makes a copy of a database that nobody has open. */
export function copyTestDatabase(url: string): Promise<BareTestDatabase> {
  return createFrom(() => new URL(url).pathname.slice(1), false);
}

async function createFrom(
  templateOf: (client: Client, admin: string) => string | Promise<string>,
  alone: boolean,
): Promise<BareTestDatabase> {
  const admin = await testServerUrl();
  const release = await holdServer(admin, alone);
  const name = `mr_test_${process.pid}_${randomBytes(6).toString('hex')}`;
  const drop = async () => {
    try {
      await withClient(admin, async (client) => {
        await client.query(`drop database if exists ${name} with (force)`);
      });
    } finally {
      await release();
    }
  };
  try {
    await withClient(admin, async (client) => {
      await client.query(`create database ${name} template ${await templateOf(client, admin)}`);
    });
  } catch (error) {
    await release();
    throw error;
  }
  return { url: databaseUrl(admin, name), drop };
}

/** The template of the migrations as they are on disk; made by the first process that asks, under a lock. */
async function ensureTemplate(client: Client, admin: string): Promise<string> {
  const name = `mr_template_${hashOfMigrations()}`;
  if (await isTemplate(client, name)) return name;
  await client.query('select pg_advisory_lock(hashtext($1))', [name]);
  try {
    if (await isTemplate(client, name)) return name;
    await client.query(`drop database if exists ${name} with (force)`);
    await client.query(`create database ${name} template template0`);
    await migrate({ url: databaseUrl(admin, name), log: silentLog });
    await client.query(`alter database ${name} with is_template true allow_connections false`);
    return name;
  } finally {
    await client.query('select pg_advisory_unlock(hashtext($1))', [name]);
  }
}

async function isTemplate(client: Client, name: string): Promise<boolean> {
  const found = await client.query('select 1 from pg_database where datname = $1 and datistemplate', [name]);
  return found.rowCount === 1;
}

function hashOfMigrations(): string {
  const folder = fileURLToPath(new URL('../../migrations', import.meta.url));
  const hash = createHash('sha256');
  for (const file of readdirSync(folder).sort()) hash.update(file).update(readFileSync(join(folder, file)));
  return hash.digest('hex').slice(0, 16);
}

function databaseUrl(admin: string, name: string): string {
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return url.href;
}

async function withClient(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
