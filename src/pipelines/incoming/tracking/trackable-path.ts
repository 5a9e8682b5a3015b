import type { MailFolder } from '../../../contracts/folder-tracker.ts';

/** Folders above each other, at most: a server may tell a circle. */
export const mostLevels = 100;

/**
 * The names of a folder that may be tracked, from the inbox down (FT-06). Where the server's folders need not lie below the inbox, others
 * may be as well, named from the top down, but for those of sent, deleted and unfinished mail. Undefined for the rest. Pure.
 */
export function trackablePath(
  folder: MailFolder,
  byId: ReadonlyMap<string, MailFolder>,
  tracksAny = false,
): string | undefined {
  if (folder.role === 'inbox') return undefined;
  const names = [folder.name];
  let above = byId.get(folder.parentId ?? '');
  for (let level = 0; above !== undefined && level < mostLevels; level += 1) {
    names.unshift(above.name);
    if (above.role === 'inbox') return names.join(' / ');
    above = byId.get(above.parentId ?? '');
  }
  return tracksAny && folder.role === 'other' ? names.join(' / ') : undefined;
}
