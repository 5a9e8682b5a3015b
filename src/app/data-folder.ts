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

/** The 32-byte key for stored secrets: configured, or kept in the data folder (made at the first start, mode 0600). Throws `mr_DataFolder` where the file cannot be read or made, `mr_SecretKeyInvalid` where it holds no key, with the file and what to do. */
export function secretKey(config: Pick<Config, 'secretKey' | 'dataDir'>): Buffer {
  if (config.secretKey) return Buffer.from(config.secretKey, 'hex');
  const folder = dataFolder(config);
  const file = path.join(folder, 'secret.key');
  ensureDataFolder(folder);
  const text = readOrMakeKey(file).trim();
  if (!/^[0-9a-fA-F]{64}$/.test(text)) {
    throw new MailroomError(
      `The file ${file} must hold the key of the stored secrets, 64 hex digits, and does not. Put it back from a backup, or set MAILROOM_SECRET_KEY to that key; with another key every stored password has to be entered again.`,
      { code: 'mr_SecretKeyInvalid', kind: 'configuration' },
    );
  }
  return Buffer.from(text, 'hex');
}

function readOrMakeKey(file: string): string {
  try {
    if (!existsSync(file)) makeKey(file);
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new MailroomError(
      `The key of the stored secrets cannot be read or made: ${cause instanceof Error ? cause.message : String(cause)}. Run this as the user of the service, and let that user own ${path.dirname(file)} with all in it; or set MAILROOM_DATA_DIR to another folder.`,
      { code: 'mr_DataFolder', kind: 'configuration', cause },
    );
  }
}

function makeKey(file: string): void {
  try {
    writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    // Another process has made it meanwhile.
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  }
}
