import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { configSchema } from '../../src/app/config-schema.ts';
import { createEngine, type Engine, type EngineRole } from '../../src/app/engine.ts';
import { systemClock } from '../../src/base/clock.ts';
import { createLog } from '../../src/base/log.ts';
import { createRuledStore, type RuledStore } from '../../src/rules/ruled-store.ts';

/** A whole Mailroom with a database of its own in a temporary folder. */
export interface BenchEngine {
  readonly engine: Engine;
  /** Where its Web API listens. */
  readonly url: string;
  /** The administrator's bearer token. */
  readonly token: string;
  /** The administrator's store. */
  readonly store: RuledStore;
  /** Data folder, for workers in processes of their own. */
  readonly dataDir: string;
  /** Process id of the database server; its processor time is measured. */
  readonly databasePid: number;
  /** Version and the settings that decide what "committed" means. */
  readonly databaseFacts: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts the service with the default settings of the product; without the role `worker` it only serves. A folder that is given keeps its data for the next time; `settings` replace defaults. */
export async function startBenchEngine(
  roles: readonly EngineRole[] = ['web', 'worker'],
  kept?: string,
  settings: Readonly<Record<string, number>> = {},
): Promise<BenchEngine> {
  const folder = kept ?? mkdtempSync(path.join(tmpdir(), 'mailroom-bench-'));
  mkdirSync(folder, { recursive: true });
  // The database server runs as another user than root and must pass.
  chmodSync(folder, 0o755);
  const dataDir = path.join(folder, 'data');
  const config = configSchema.parse({ dataDir, port: 0, logLevel: 'warn', ...settings });
  const engine = await createEngine({ config, clock: systemClock, log: createLog('warn'), roles });
  const { url, administratorToken } = await engine.start();
  const pidFile = path.join(dataDir, 'postgresql', 'cluster', 'postmaster.pid');
  return {
    engine,
    url,
    token: administratorToken,
    dataDir,
    store: createRuledStore({
      database: engine.database,
      caller: { systemuserid: engine.organization.administratorId, isAdministrator: true },
      clock: systemClock,
      onMailboxesTouched: () => engine.wake(),
    }),
    databasePid: Number.parseInt(readFileSync(pidFile, 'utf8'), 10),
    databaseFacts: await readFacts(engine),
    stop: async () => {
      await engine.stop();
      if (kept === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function readFacts(engine: Engine): Promise<Readonly<Record<string, string>>> {
  const rows = await engine.database.sql<{ name: string; setting: string }>(
    "select name, setting from pg_settings where name in ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes')",
  );
  return Object.fromEntries(rows.map(({ name, setting }) => [`postgresql_${name}`, setting]));
}
