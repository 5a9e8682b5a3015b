import type { MailHandle, MailRetriever } from './mail-retriever.ts';

/** What a folder is for, as far as tracking cares. */
export type FolderRole = 'inbox' | 'sent' | 'drafts' | 'deleted' | 'other';

/** A mail folder of a mailbox. */
export interface MailFolder {
  /** Lasting id that survives renaming and moving where the server has one: EWS folder id, IMAP MAILBOXID (RFC 8474); else the path. At most 120 characters can be tracked (FT-02). */
  readonly id: string;
  /** Undefined for folders at the top. */
  readonly parentId: string | undefined;
  readonly name: string;
  readonly role: FolderRole;
  /** Items in it when it was listed; a hint for showing progress. */
  readonly itemCount: number | undefined;
  /** True for a folder of another mailbox, or of several people, that this one's account can see. */
  readonly isForeign?: boolean;
}

/** The mail folders of a mailbox as they were at one time. */
export interface FolderTree {
  /** Lets the server tell only what changed since; empty where it cannot. */
  readonly state: string;
  readonly folders: readonly MailFolder[];
  /** True where folders need not lie below the inbox: a person's folder may be tracked wherever it is (IMAP, labels of Gmail). */
  readonly tracksAny?: boolean;
}

/** A message in a folder, before its bytes are fetched. */
export interface FolderItem extends MailHandle {
  /** Message-ID without angle brackets; undefined when the server does not tell it. */
  readonly messageId: string | undefined;
  /** When it last changed or was moved, UTC; undefined where the server does not keep that. */
  readonly modifiedOn: Date | undefined;
  /** Categories (Exchange) or keywords (IMAP) it bears. */
  readonly categories: readonly string[];
  /** False for what can never become an email: appointments, contacts, meeting requests, drafts. */
  readonly isMail: boolean;
}

/** What happened in one folder since a cursor. */
export interface FolderPage {
  /** Messages that came or changed. */
  readonly items: readonly FolderItem[];
  /** Messages that left: deleted, or moved elsewhere under a new id. */
  readonly goneIds: readonly string[];
  /** What to store once this page is dealt with. */
  readonly cursor: string;
  /** True on the first page of a listing that names everything in the folder: what it does not name is gone. */
  readonly startsAnew: boolean;
}

/** Messages of several folders that changed. */
export interface ChangedItems {
  readonly items: readonly FolderItem[];
  /** What to store once this page is dealt with; null on pages before which nothing may be skipped. */
  readonly cursor: string | null;
}

/** A category in the mailbox's own list, known by its id however it is renamed (CT-06). */
export interface MailCategory {
  readonly id: string;
  readonly name: string;
}

/** Puts a category on a message or takes it off. */
export interface MarkChange {
  readonly serverId: string;
  readonly category: string;
  readonly isOn: boolean;
  /** Id of the email record that it was made into, noted on it where the server can (IN-48). */
  readonly emailId?: string | undefined;
}

/** `done`: the message is as asked; `gone`: it is no longer under this id; `refused`: the server does not let us; `later`: somebody was changing it. */
export type MarkOutcome = 'done' | 'gone' | 'refused' | 'later';

/** Folders and categories of one mailbox beyond its inbox, for one turn (chapters FT, CT, SI); all of it may be repeated without harm. */
export interface FolderTracker extends Pick<MailRetriever, 'fetch' | 'fetchHeads'> {
  /** The mail folders. `known` is what an earlier call returned; it comes back itself when nothing changed. */
  folders(known: FolderTree | undefined, signal: AbortSignal): Promise<FolderTree>;
  /**
   * A word for each of these folders that differs once something in it has changed; within five seconds after it was first told it may
   * stay through another change. Folders of which the server cannot tell are left out. Absent where asking is no cheaper than `changes`.
   */
  stamps?(folderIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Pages of what happened in a folder since `cursor` (null, or one the server forgot: everything in it). Throws kind `notFound` when the folder is gone. */
  changes(folderId: string, cursor: string | null, signal: AbortSignal): AsyncIterable<FolderPage>;
  /**
   * Messages of these folders that changed since `cursor`, with or without the category; from null on those that bear the category
   * and were received on or after `since` (CT-11). Absent where the server has no categories.
   */
  changedItems?(
    asked: { readonly folderIds: readonly string[]; readonly category: string; readonly since: Date },
    cursor: string | null,
    signal: AbortSignal,
  ): AsyncIterable<ChangedItems>;
  /** Sees to it that the mailbox has the category: the one of this id, else of this name, else a new one (CT-01, CT-06). */
  ensureCategory?(known: MailCategory | undefined, name: string, signal: AbortSignal): Promise<MailCategory>;
  /** Changes categories and nothing else of messages; an outcome each, in the order asked. */
  mark?(changes: readonly MarkChange[], signal: AbortSignal): Promise<readonly MarkOutcome[]>;
}
