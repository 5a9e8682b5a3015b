import type { MailroomError } from '../base/errors.ts';
import type { FieldBag, FieldValue } from './act-fields.ts';
import type {
  ActChangePage,
  ActFolder,
  ActFound,
  ActHead,
  ActItemRef,
  ActKind,
  ActResponse,
  ActStamp,
} from './act-item.ts';

/** Whether a write may mail the attendees of a meeting (AA-06, AA-17): only the organizer's real change does. */
export type ActNotify = 'nobody' | 'attendees';

/** What is noted in the mailbox about who synchronises it (TE-13, TE-14). */
export interface ActClaim {
  readonly organizationId: string;
  readonly organizationName: string;
  /** Last synchronisation. */
  readonly on: Date;
}

/** How files at appointments travel (FM-A2). */
export interface ActFiles {
  /** Whether a file is carried at all; others are neither read nor touched. */
  accepts(name: string, sizeBytes: number): boolean;
  /** The bytes of a file of ours. */
  contentOf(digest: string): Promise<Uint8Array | undefined>;
}

/** An item to be made. */
export interface ActNewItem {
  readonly folder: ActFolder;
  readonly kind: ActKind;
  readonly fields: FieldBag;
  readonly stamp: ActStamp;
  readonly notify: ActNotify;
  /** AA-05, TK-06: when to remind; null never. Reminders are not read back. */
  readonly remindOn: Date | null;
  /** Where the bytes of the field `attachments` are; without it files are left alone. */
  readonly files?: ActFiles | undefined;
}

/** Fields to be changed; the others stay. */
export interface ActItemChange {
  readonly kind: ActKind;
  readonly fields: FieldBag;
  readonly notify: ActNotify;
  /** Absent: the reminder stays as it is. */
  readonly remindOn?: Date | null;
  /** Put on the item as well, where it carries none or another's. */
  readonly stamp?: ActStamp;
  /** The item bears the tracking category at the version seen, so that it is not asked for again. */
  readonly isMarked?: boolean;
  readonly files?: ActFiles | undefined;
  /** Files that both sides agreed on: no others are taken off. */
  readonly filesBefore?: FieldValue;
}

/** One of many changes. */
export interface ActItemUpdate {
  readonly seen: ActItemRef;
  readonly change: ActItemChange;
}

/** What became of one of many writes: the item's version now, or why it was not written (`uncertain`: it may have been). */
export type ActWritten = { readonly ref: ActItemRef } | { readonly error: MailroomError };

/**
 * The calendar, contacts and tasks of one mailbox on its server. Fields go out and come back in the form of `FieldBag`: what is written
 * and read again is equal, unless somebody changed it. Every method throws MailroomError when the conversation fails; kinds `item`,
 * `conflict` and `notFound` are about the item alone, and `uncertain` says that the write may have happened.
 */
export interface ActPort {
  /** CT-05: true where what is given a stamp is given the tracking category too. */
  marks(folder: ActFolder): boolean;
  /** Changes of a folder since the cursor (null: everything). A cursor that the server forgot throws conflict `mr_ActCursorUnknown`. */
  changes(folder: ActFolder, cursor: string | null, signal: AbortSignal): Promise<ActChangePage>;
  /** Whole items, in the order asked; with `files` single appointments have the field `attachments` and their `contents`. */
  get(folder: ActFolder, ids: readonly string[], signal: AbortSignal, files?: ActFiles): Promise<readonly ActFound[]>;
  /** Items of a folder that carry this record's id (AC-21), oldest first. */
  findByRecord(folder: ActFolder, recordId: string, signal: AbortSignal): Promise<readonly ActHead[]>;
  /** The items of a meeting in the calendar (AA-02): one of its occurrences to which the owner was asked alone has its id too. */
  findByMeeting(meetingId: string, signal: AbortSignal): Promise<readonly ActHead[]>;
  /**
   * What the calendar holds between two instants, series spread out, by start: the fields of single appointments but body, people and
   * files. Throws item `mr_CalendarTooFull` when that is more than a few thousand.
   */
  view(start: Date, end: Date, signal: AbortSignal): Promise<readonly FieldBag[]>;
  create(item: ActNewItem, signal: AbortSignal): Promise<ActItemRef>;
  /** Makes items of one folder in as few requests as the server takes; tells of each, in the order given. Throws as `create` when the conversation fails: any of them may have been made then. */
  createMany(folder: ActFolder, items: readonly ActNewItem[], signal: AbortSignal): Promise<readonly ActWritten[]>;
  /** Changes the fields named. Throws `conflict` when the item is no longer at `seen.changeKey`; nothing is written then. */
  update(seen: ActItemRef, change: ActItemChange, signal: AbortSignal): Promise<ActItemRef>;
  /** Changes items in as few requests as the server takes, each as `update` does; tells of each, in the order given. Throws when the conversation fails: any of them may have been written then. */
  updateMany(updates: readonly ActItemUpdate[], signal: AbortSignal): Promise<readonly ActWritten[]>;
  /** Moves the item to Deleted Items. Throws `conflict` when it changed since `seen`, `notFound` when it is gone. */
  remove(seen: ActItemRef, notify: ActNotify, signal: AbortSignal): Promise<void>;
  /**
   * Answers somebody else's meeting and mails the answer to its organizer; a declined one leaves the calendar. Throws `conflict` when the
   * item changed since `seen`, `notFound` when it is gone. An item that shows the answer already was answered before.
   */
  respond(seen: ActItemRef, response: ActResponse, comment: string, signal: AbortSignal): Promise<void>;
  /** Opens the folders and tells how many items each holds (TE-03). */
  counts(signal: AbortSignal): Promise<Readonly<Record<ActFolder, number>>>;
  /** Who synchronises this mailbox; undefined when nobody does. */
  readClaim(signal: AbortSignal): Promise<ActClaim | undefined>;
  /** Says that we do. */
  writeClaim(claim: ActClaim, signal: AbortSignal): Promise<void>;
}
