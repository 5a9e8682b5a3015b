import type { FolderKind } from './folder.ts';

/** A folder every mailbox has. */
export interface DistinguishedFolder {
  /** The word of `DistinguishedFolderId/@Id`. */
  readonly id: string;
  readonly name: string;
  readonly kind: FolderKind;
  /** PR_CONTAINER_CLASS. */
  readonly folderClass: string;
  /** The word of the parent. */
  readonly parent: string;
}

const rows: readonly (readonly [string, string, FolderKind, string, string])[] = [
  ['root', 'Root', 'Folder', '', ''],
  ['msgfolderroot', 'Top of Information Store', 'Folder', 'IPF.Note', 'root'],
  ['inbox', 'Inbox', 'Folder', 'IPF.Note', 'msgfolderroot'],
  ['outbox', 'Outbox', 'Folder', 'IPF.Note', 'msgfolderroot'],
  ['sentitems', 'Sent Items', 'Folder', 'IPF.Note', 'msgfolderroot'],
  ['deleteditems', 'Deleted Items', 'Folder', 'IPF.Note', 'msgfolderroot'],
  ['drafts', 'Drafts', 'Folder', 'IPF.Note', 'msgfolderroot'],
  ['junkemail', 'Junk Email', 'Folder', 'IPF.Note', 'msgfolderroot'],
  ['calendar', 'Calendar', 'CalendarFolder', 'IPF.Appointment', 'msgfolderroot'],
  ['contacts', 'Contacts', 'ContactsFolder', 'IPF.Contact', 'msgfolderroot'],
  ['tasks', 'Tasks', 'TasksFolder', 'IPF.Task', 'msgfolderroot'],
  ['notes', 'Notes', 'Folder', 'IPF.StickyNote', 'msgfolderroot'],
  ['journal', 'Journal', 'Folder', 'IPF.Journal', 'msgfolderroot'],
  ['searchfolders', 'Finder', 'Folder', '', 'root'],
  ['recoverableitemsroot', 'Recoverable Items', 'Folder', '', 'root'],
  ['recoverableitemsdeletions', 'Deletions', 'Folder', '', 'recoverableitemsroot'],
  ['conversationhistory', 'Conversation History', 'Folder', 'IPF.Note', 'msgfolderroot'],
];

/** The folders of a fresh mailbox, parents first. */
export const distinguishedFolders: readonly DistinguishedFolder[] = rows.map(
  ([id, name, kind, folderClass, parent]) => ({ id, name, kind, folderClass, parent }),
);
