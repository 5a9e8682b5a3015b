import type { EwsClient } from '../soap/ews-client.ts';
import { element, textElement } from '../soap/xml-writer.ts';

/** A folder by its id, or by the name every mailbox has it under (`inbox`, `sentitems`). */
export type FolderRef = { readonly id: string } | { readonly distinguished: string };

/** `t:FolderId`. */
export function folderId(folder: { readonly id: string }): string {
  return element('t:FolderId', { Id: folder.id });
}

/** `t:FolderId` or `t:DistinguishedFolderId`; a delegate's client names whose folder it is, or it would be the delegate's own. */
export function folderRef(folder: FolderRef, client: Pick<EwsClient, 'delegateFor'>): string {
  if ('id' in folder) return folderId(folder);
  const { delegateFor } = client;
  const owner = delegateFor !== undefined && element('t:Mailbox', {}, textElement('t:EmailAddress', delegateFor));
  return element('t:DistinguishedFolderId', { Id: folder.distinguished }, owner);
}
