import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A module of the repository. */
export interface SourceFile {
  /** Relative to the repository, with `/`. */
  readonly file: string;
  readonly text: string;
}

/** All `.ts` and `.tsx` files below the `folders` of `root` that exist. */
export function readSources(root: string, folders: readonly string[]): SourceFile[] {
  return folders
    .filter((folder) => existsSync(path.join(root, folder)))
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter(
          (name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts') && !/(^|[\\/])(node_modules|dist)[\\/]/.test(name),
        )
        .map((name) => path.join(folder, name).replaceAll(path.sep, '/')),
    )
    .sort()
    .map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }));
}
