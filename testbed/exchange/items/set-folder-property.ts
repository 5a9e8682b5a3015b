import type { Call } from '../soap/call.ts';
import { EwsError } from '../soap/ews-error.ts';
import type { PermissionLevel } from '../store/account.ts';
import type { Folder } from '../store/folder.ts';
import { child, childText, descend, type XmlNode } from '../xml/xml-node.ts';
import { extendedKey, tagKey } from './extended-key.ts';

const readOnly: ReadonlySet<string> = new Set([
  'FolderId',
  'ParentFolderId',
  'TotalCount',
  'ChildFolderCount',
  'UnreadCount',
  'EffectiveRights',
]);

/** Sets one property of a folder. Throws EwsError when it cannot be set. */
export function setFolderProperty(folder: Folder, node: XmlNode, call: Call): void {
  if (readOnly.has(node.name)) throw new EwsError('ErrorInvalidPropertySet');
  if (node.name === 'DisplayName') folder.name = node.text;
  else if (node.name === 'FolderClass') folder.folderClass = node.text;
  else if (node.name === 'ExtendedProperty') setExtended(folder, node);
  else if (node.name === 'SearchParameters') setSearch(folder, node);
  else if (node.name === 'PermissionSet') setPermissions(folder, node, call);
  else folder.properties.set(node.name, node);
}

function setSearch(folder: Folder, node: XmlNode): void {
  if (folder.kind !== 'SearchFolder') throw new EwsError('ErrorInvalidPropertySet');
  folder.search = node;
}

function setExtended(folder: Folder, node: XmlNode): void {
  const uri = child(node, 'ExtendedFieldURI');
  const key = uri && extendedKey(uri);
  const value = child(node, 'Value') ?? child(node, 'Values');
  if (key === undefined || value === undefined) throw new EwsError('ErrorInvalidExtendedProperty');
  if (key === tagKey(0x3613)) folder.folderClass = value.text;
  else folder.extended.set(key, value);
}

function setPermissions(folder: Folder, node: XmlNode, call: Call): void {
  const owner = call.world.accounts.find(({ mailbox }) => mailbox.folders.has(folder.id));
  const rights = new Map<string, PermissionLevel>();
  for (const one of node.children[0]?.children ?? []) {
    const user = child(one, 'UserId');
    const name = childText(user, 'PrimarySmtpAddress') ?? childText(user, 'DistinguishedUser') ?? '';
    const level = descend(one, 'PermissionLevel')?.text ?? descend(one, 'CalendarPermissionLevel')?.text ?? 'None';
    if (['Reviewer', 'Author', 'Editor', 'Owner'].includes(level))
      rights.set(name.toLowerCase(), level as PermissionLevel);
  }
  owner?.permissions.set(folder.id, rights);
  folder.properties.set('PermissionSet', node);
}
