import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { MailroomError } from '../base/errors.ts';
import type { Config } from './config-schema.ts';

/** The service's folder: as configured, else /var/lib/mailroom for root and ~/.local/share/mailroom for others. */
export function dataFolder(config: Pick<Config, 'dataDir'>): string {
  if (config.dataDir) return path.resolve(config.dataDir);
  return process.getuid?.() === 0 ? '/var/lib/mailroom' : path.join(homedir(), '.local', 'share', 'mailroom');
}

/** Makes the folder when it is not there. Throws `mr_DataFolder` with the folder and what to do. */
export function ensureDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
  } catch (cause) {
    throw new MailroomError(
      `The data folder ${folder} cannot be made: ${cause instanceof Error ? cause.message : String(cause)}. Make it yourself or set MAILROOM_DATA_DIR to another.`,
      {
        code: 'mr_DataFolder',
        kind: 'configuration',
        cause,
      },
    );
  }
}

/** The 32-byte key for stored secrets: configured, or kept in the data folder (made at the first start, mode 0600). */
export function secretKey(config: Pick<Config, 'secretKey' | 'dataDir'>): Buffer {
  if (config.secretKey) return Buffer.from(config.secretKey, 'hex');
  const folder = dataFolder(config);
  const file = path.join(folder, 'secret.key');
  if (!existsSync(file)) {
    ensureDataFolder(folder);
    try {
      writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    }
  }
  return Buffer.from(readFileSync(file, 'utf8').trim(), 'hex');
}
