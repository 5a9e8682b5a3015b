import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { MailroomError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { packageFolder } from '../base/package-folder.ts';
import { repairRestored } from './repair-restored.ts';
import { asStoreError, codeOf } from './store-errors.ts';

/** What migrating needs. */
export interface MigrateOptions {
  readonly url: string;
  readonly log: Log;
  /** Folder of the numbered files; the package's own by default. */
  readonly directory?: string;
}

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

/** Brings the schema up to date: every file of `migrations/` that was not applied yet, in order, a transaction each. Safe to run from several processes at once. Returns the numbers applied. Throws configuration `mr_MigrationChanged` or `mr_DatabaseNewer`. */
export async function migrate(options: MigrateOptions): Promise<readonly number[]> {
  const migrations = readMigrations(options.directory ?? path.join(packageFolder(), 'migrations'));
  const client = new pg.Client({ connectionString: options.url, connectionTimeoutMillis: 10_000, keepAlive: true });
  client.on('error', (error) => options.log.warn({ err: error }, 'database connection of the migration lost'));
  try {
    await client.connect();
    await createRegister(client);
    const applied: number[] = [];
    for (const migration of migrations) {
      if (await locked(client, () => apply(client, migration))) {
        applied.push(migration.number);
        options.log.info({ migration: migration.name }, 'database migration applied');
      }
    }
    await refuseNewer(client, migrations.at(-1)?.number ?? 0);
    if (await locked(client, () => repairRestored(client))) {
      options.log.warn('the database was restored from another server; its change feed was stamped anew');
    }
    return applied;
  } catch (thrown) {
    throw asStoreError(thrown);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function readMigrations(directory: string): readonly Migration[] {
  const files = readdirSync(directory).filter((file) => /^\d{4}-.+\.sql$/.test(file));
  return files.sort().map((name) => {
    const sql = readFileSync(path.join(directory, name), 'utf8');
    return { number: Number(name.slice(0, 4)), name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
  });
}

/** Two processes may make the register at once; the later one fails on a catalog key and finds it made. */
async function createRegister(client: pg.Client): Promise<void> {
  try {
    await client.query(
      `create table if not exists mr_migration (
         number integer primary key, name text not null, sha256 text not null, appliedon timestamptz not null default now())`,
    );
  } catch (thrown) {
    if (!['23505', '42P07', '42710'].includes(codeOf(thrown) ?? '')) throw thrown;
  }
}

/** Runs `work` in a transaction that other migrating processes wait for. */
async function locked<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    await client.query('lock table mr_migration in exclusive mode');
    const result = await work();
    await client.query('commit');
    return result;
  } catch (thrown) {
    await client.query('rollback').catch(() => undefined);
    throw thrown;
  }
}

/** Applies one migration unless it was. */
async function apply(client: pg.Client, { number, name, sql, sha256 }: Migration): Promise<boolean> {
  const found = await client.query<{ sha256: string }>('select sha256 from mr_migration where number = $1', [number]);
  const row = found.rows[0];
  if (row === undefined) {
    await client.query(sql);
    await client.query('insert into mr_migration (number, name, sha256) values ($1, $2, $3)', [number, name, sha256]);
  } else if (row.sha256 !== sha256) {
    throw new MailroomError(
      `Migration ${name} is not the one this database was built with. Use the release that built it, or start with an empty database.`,
      { code: 'mr_MigrationChanged', kind: 'configuration' },
    );
  }
  return row === undefined;
}

async function refuseNewer(client: pg.Client, newest: number): Promise<void> {
  const found = await client.query<{ name: string }>(
    'select name from mr_migration where number > $1 order by number',
    [newest],
  );
  const row = found.rows[0];
  if (row === undefined) return;
  throw new MailroomError(
    `The database was used by a newer release (migration ${row.name}). Start that release or a newer one.`,
    { code: 'mr_DatabaseNewer', kind: 'configuration' },
  );
}
