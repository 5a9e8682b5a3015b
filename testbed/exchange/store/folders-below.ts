import type { Folder } from './folder.ts';

/** The folders below one, parents before their children; only its own children unless `isDeep`. */
export function* foldersBelow(folder: Folder, isDeep: boolean): Generator<Folder> {
  for (const inner of folder.children) {
    yield inner;
    if (isDeep) yield* foldersBelow(inner, true);
  }
}
