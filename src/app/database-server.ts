import path from 'node:path';
import type { Clock } from '../base/clock.ts';
import { MailroomError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { createSecretBox, type SecretBox } from '../base/secret-box.ts';
import type { Database } from '../store/database.ts';
import { startEmbeddedPostgres } from '../store/embedded-postgres/embedded-postgres.ts';
import { migrate } from '../store/migrate.ts';
import { openDatabase } from '../store/sql-database.ts';
import type { Config } from './config-schema.ts';
import { dataFolder, ensureDataFolder, secretKey } from './data-folder.ts';

/** An open database with the way to end it in order. */
export interface OpenedDatabase {
  readonly database: Database;
  readonly secretBox: SecretBox;
  /** `embedded` or `external`, for the log and `mailroom doctor`. */
  readonly engine: 'embedded' | 'external';
  /** Resolves when the embedded server is gone for good; never for an external one. */
  readonly lost: Promise<MailroomError | undefined>;
  /** Closes the connections, then stops the embedded server unless another live process supervises it. */
  close(): Promise<void>;
}

export interface OpenDatabaseOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Bring the schema up to date first; a process that only reads (CLI) does not. */
  readonly migrate: boolean;
}

/** Opens the configured PostgreSQL, or starts (or adopts) the embedded one in the data folder. */
export async function openConfiguredDatabase(options: OpenDatabaseOptions): Promise<OpenedDatabase> {
  const { config, clock, log } = options;
  const secretBox = createSecretBox(secretKey(config));
  if (config.databaseUrl) {
    const database = await connect(config.databaseUrl, options, secretBox);
    return {
      database,
      secretBox,
      engine: 'external',
      lost: new Promise(() => undefined),
      close: () => database.close(),
    };
  }
  const folder = dataFolder(config);
  ensureDataFolder(folder);
  const server = await startEmbeddedPostgres({ dataDir: path.join(folder, 'postgresql'), clock, log });
  try {
    const database = await connect(server.url, options, secretBox);
    return {
      database,
      secretBox,
      engine: 'embedded',
      lost: server.exited,
      close: async () => {
        await database.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function connect(url: string, options: OpenDatabaseOptions, secretBox: SecretBox): Promise<Database> {
  const { config, clock, log } = options;
  if (options.migrate) await migrate({ url, log });
  const database = await openDatabase({ url, secretBox, clock, log, maxConnections: config.databaseConnections });
  await checkVersion(database);
  return database;
}

/** PostgreSQL 15 is the floor. */
async function checkVersion(database: Database): Promise<void> {
  const rows = await database.sql<{ version: string }>("select current_setting('server_version_num') as version");
  const version = Number(rows[0]?.version ?? 0);
  if (version < 150_000) {
    await database.close();
    throw new MailroomError(
      `The database is PostgreSQL ${Math.floor(version / 10_000)}; Mailroom needs 15 or newer. Point MAILROOM_DATABASE_URL to a newer server.`,
      {
        code: 'mr_DatabaseTooOld',
        kind: 'configuration',
      },
    );
  }
}
