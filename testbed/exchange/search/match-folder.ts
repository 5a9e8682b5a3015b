import { folderExtended, folderProperty } from '../items/folder-node.ts';
import type { Account } from '../store/account.ts';
import type { Folder } from '../store/folder.ts';
import type { XmlNode } from '../xml/xml-node.ts';
import { matchesRestriction } from './match-restriction.ts';

/** True when the folder fulfils the restriction. */
export function matchesFolder(folder: Folder, restriction: XmlNode, account: Account): boolean {
  return matchesRestriction(restriction, (path) => {
    if (path.kind === 'extended') {
      const value = folderExtended(folder, path.uri);
      return value === undefined ? [] : [value.text];
    }
    if (path.kind !== 'plain') return [];
    const node = folderProperty(folder, path.name, account);
    return node === undefined ? [] : [node.attributes.Id ?? node.text];
  });
}
