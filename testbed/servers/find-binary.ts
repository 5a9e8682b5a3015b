import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Folders where Debian keeps server programs that an ordinary user's PATH leaves out. */
const serverFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/lib/postfix/sbin'];

/** Full path of the first of `names` that can be executed, or undefined when none is installed. */
export function findBinary(...names: readonly string[]): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...serverFolders];
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (canExecute(path)) return path;
    }
  }
  return undefined;
}

function canExecute(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
