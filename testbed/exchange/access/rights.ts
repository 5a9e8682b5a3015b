import { EwsError } from '../soap/ews-error.ts';
import type { Account, PermissionLevel } from '../store/account.ts';
import type { Folder } from '../store/folder.ts';

/** What is to be done with the items of a folder. */
export type Deed = 'read' | 'create' | 'change';

const allowed: Readonly<Record<PermissionLevel, readonly Deed[]>> = {
  Reviewer: ['read'],
  Author: ['read', 'create'],
  Editor: ['read', 'create', 'change'],
  Owner: ['read', 'create', 'change'],
};

/** True when `reader` may do that in a folder of `owner`. */
export function mayDo(reader: Account, owner: Account, folder: Folder, deed: Deed): boolean {
  if (reader === owner || owner.fullAccess.has(reader.address.toLowerCase())) return true;
  const folderRights = owner.permissions.get(folder.id);
  const level = folderRights?.get(reader.address.toLowerCase()) ?? folderRights?.get('default');
  return level !== undefined && allowed[level].includes(deed);
}

/** Throws ErrorAccessDenied when `reader` may not do that; a folder it may not even read is not found. */
export function requireRight(reader: Account, owner: Account, folder: Folder, deed: Deed): void {
  if (mayDo(reader, owner, folder, deed)) return;
  throw new EwsError(mayDo(reader, owner, folder, 'read') ? 'ErrorAccessDenied' : 'ErrorFolderNotFound');
}

/** True when `reader` may send mail that says it is from `owner`; `onBehalf` when the sender must stay visible. */
export function maySendFrom(reader: Account, owner: Account): 'as' | 'onBehalf' | undefined {
  if (reader === owner || owner.sendAs.has(reader.address.toLowerCase())) return 'as';
  return owner.sendOnBehalf.has(reader.address.toLowerCase()) ? 'onBehalf' : undefined;
}
