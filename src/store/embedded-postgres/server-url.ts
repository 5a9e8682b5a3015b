import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { longestSocketPath } from './lamp.ts';
import { postmasterSocket } from './postmaster-file.ts';
import { setUpWrong } from './server-errors.ts';
import type { ServerFolder } from './server-folder.ts';

/** Name of the database superuser and of the database. */
export const databaseName = 'mailroom';

/**
 * The connection URL of `database` on the server at `port`; it carries the password, so it is never logged. It leads through the server's
 * socket where there is one (half the processor time of loopback TCP), and names the TCP address in any case. Throws configuration
 * `mr_DatabaseSetUp`.
 */
export function serverUrl(folder: ServerFolder, port: number, database: string = databaseName): string {
  let password: string;
  try {
    password = readFileSync(folder.passwordFile, 'utf8').trim();
  } catch (cause) {
    throw setUpWrong(
      `The database password cannot be read from ${folder.passwordFile}.`,
      'Restore that file from a backup, or start Mailroom as the user that owns it',
      cause,
    );
  }
  const address = `postgresql://${databaseName}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  const socket = join(folder.cluster, postmasterSocket(port));
  const isUsable = Buffer.byteLength(socket) <= longestSocketPath && existsSync(socket);
  return isUsable ? `${address}?host=${encodeURIComponent(folder.cluster)}` : address;
}
