import { randomBytes } from 'node:crypto';
import { configSchema } from '../../src/app/config-schema.ts';
import { createEngine, type Engine } from '../../src/app/engine.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { createTestDatabase } from './database.ts';

/** The service as operators run it, on a database of its own, listening. */
export interface RunningService {
  readonly engine: Engine;
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  /** An administrator's token. */
  readonly token: string;
  stop(): Promise<void>;
}

/** Starts the service with the Web API alone. */
export async function startService(): Promise<RunningService> {
  const database = await createTestDatabase();
  const token = randomBytes(24).toString('hex');
  try {
    const config = configSchema.parse({
      databaseUrl: database.url,
      secretKey: '07'.repeat(32),
      port: 0,
      adminToken: token,
    });
    const engine = await createEngine({ config, clock: systemClock, log: silentLog, roles: ['web'] });
    const { url } = await engine.start();
    const stop = async () => {
      await engine.stop();
      await database.drop();
    };
    return { engine, url, token, stop };
  } catch (error) {
    await database.drop();
    throw error;
  }
}
