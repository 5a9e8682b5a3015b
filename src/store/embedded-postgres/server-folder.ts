import { chmodSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { folderFailed } from './server-errors.ts';

/** Where the embedded server keeps its things; all below one folder. */
export interface ServerFolder {
  readonly root: string;
  /** PostgreSQL's own data directory (PGDATA). */
  readonly cluster: string;
  /** A cluster while initdb fills it; renamed to `cluster` when complete, so a cut never leaves half a cluster behind. */
  readonly newCluster: string;
  /** The database password, mode 0600, one line. */
  readonly passwordFile: string;
  /** The TCP port of the last start, one line. */
  readonly portFile: string;
  /** Standard output and error of initdb and the server. */
  readonly logFile: string;
  /** Names the process that supervises the server. */
  readonly lockFile: string;
  /** Copies of the server's programs, one folder a version, for installs the server's user cannot reach. */
  readonly programs: string;
}

/** The paths below `dataDir`; touches nothing. */
export function serverFolder(dataDir: string): ServerFolder {
  const root = resolve(dataDir);
  return {
    root,
    cluster: join(root, 'cluster'),
    newCluster: join(root, 'cluster.new'),
    passwordFile: join(root, 'password'),
    portFile: join(root, 'port'),
    logFile: join(root, 'server.log'),
    lockFile: join(root, 'supervisor.lock'),
    programs: join(root, 'programs'),
  };
}

/**
 * Makes the folder: closed to others, or only passable (0711) when the server runs as another user than this process.
 * Throws configuration `mr_DatabaseFolderUnusable`.
 */
export function makeServerFolder(folder: ServerFolder, passable: boolean): void {
  const mode = passable ? 0o711 : 0o700;
  try {
    const firstMade = mkdirSync(folder.root, { recursive: true, mode });
    if (firstMade === undefined) {
      if (passable) chmodSync(folder.root, mode);
      return;
    }
    for (let made = folder.root; made.length >= firstMade.length; made = dirname(made)) chmodSync(made, mode);
  } catch (cause) {
    throw folderFailed(folder.root, 'cannot be created', cause);
  }
}
