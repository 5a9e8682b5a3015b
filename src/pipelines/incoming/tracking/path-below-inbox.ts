import type { MailFolder } from '../../../contracts/folder-tracker.ts';

/** Folders above each other, at most: a server may tell a circle. */
export const mostLevels = 100;

/** The names from the inbox down; undefined for the inbox itself and for folders not below it. */
export function pathBelowInbox(folder: MailFolder, byId: ReadonlyMap<string, MailFolder>): string | undefined {
  if (folder.role === 'inbox') return undefined;
  const names = [folder.name];
  let above = byId.get(folder.parentId ?? '');
  for (let level = 0; above !== undefined && level < mostLevels; level += 1) {
    names.unshift(above.name);
    if (above.role === 'inbox') return names.join(' / ');
    above = byId.get(above.parentId ?? '');
  }
  return undefined;
}
