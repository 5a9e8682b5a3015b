import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MailroomError } from './errors.ts';

/** The folder of the installed package, above the sources as above the compiled files. Throws `mr_MigrationsMissing` where it cannot be found. */
export function packageFolder(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'migrations', '0001-initial.sql'))) {
    const parent = path.dirname(folder);
    if (parent === folder) {
      throw new MailroomError('The folder "migrations" of the package is missing. Install Mailroom again.', {
        code: 'mr_MigrationsMissing',
        kind: 'configuration',
      });
    }
    folder = parent;
  }
  return folder;
}
