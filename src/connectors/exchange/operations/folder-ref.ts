import { element } from '../soap/xml-writer.ts';

/** A folder by its id, or by the name every mailbox has it under (`inbox`, `sentitems`). */
export type FolderRef = { readonly id: string } | { readonly distinguished: string };

/** `t:FolderId`. */
export function folderId(folder: { readonly id: string }): string {
  return element('t:FolderId', { Id: folder.id });
}

/** `t:DistinguishedFolderId`. */
export function distinguishedFolder(folder: { readonly distinguished: string }): string {
  return element('t:DistinguishedFolderId', { Id: folder.distinguished });
}

/** Either of them. */
export function folderRef(folder: FolderRef): string {
  return 'distinguished' in folder ? distinguishedFolder(folder) : folderId(folder);
}
