import type { MailroomError } from '../base/errors.ts';
import type { FieldBag } from './act-fields.ts';

/** The default folders that are synchronised (AC-22). */
export type ActFolder = 'calendar' | 'contacts' | 'tasks';

/** What an item is: a single appointment, a series with all its exceptions, a contact, a task. */
export type ActKind = 'appointment' | 'series' | 'contact' | 'task';

/** What we leave on an item so that a repeat finds it, a copy is known as one, and clients show it as tracked (AC-20, AC-21). */
export interface ActStamp {
  readonly organizationId: string;
  /** Logical name and id of the record. */
  readonly table: string;
  readonly recordId: string;
  /** Name of the record it is about (its parent or regarding), for clients to show. */
  readonly regardingName?: string | undefined;
}

/** Whether its owner wants an item tracked: by the property that the app sets, by the tracking category, or not said (AC-04, AC-14). */
export interface ActMarks {
  /** True tracked, false untracked by hand; undefined when nobody said so. */
  readonly byApp: boolean | undefined;
  /** Undefined where the organisation marks nothing by category (CT-07). */
  readonly byCategory: boolean | undefined;
}

/** An item's identity in its mailbox. */
export interface ActItemRef {
  readonly id: string;
  /** The version seen; another one now means that somebody changed it. */
  readonly changeKey: string;
}

/** An item that changed, as far as a listing tells it. */
export interface ActHead extends ActItemRef {
  readonly marks: ActMarks;
  readonly stamp: ActStamp | undefined;
}

/** How somebody answered a meeting (AA-41). */
export type ActResponse = 'accepted' | 'tentative' | 'declined';

/** A whole item. */
export interface ActItem extends ActHead {
  readonly kind: ActKind;
  readonly fields: FieldBag;
  readonly modifiedOn: Date;
  /** Words for people: subject or name. */
  readonly title: string;
  /** iCalendar UID or GlobalObjectId of a meeting, in hexadecimal or as the server tells it (AA-42). */
  readonly meetingId?: string | undefined;
  /** True where the mailbox's owner is the meeting's organizer, or it has none but him. */
  readonly isOrganizer?: boolean | undefined;
  /** How the mailbox's owner answered the meeting; undefined for one's own, and as long as there is no answer. */
  readonly myResponse?: ActResponse | undefined;
  /** Bytes of its files by their digest, where files were asked for. */
  readonly contents?: ReadonlyMap<string, Uint8Array> | undefined;
  /** Files are at it that are not carried (FM-A2); told where files were asked for. */
  readonly leavesFilesOut?: boolean | undefined;
  /** Why it is left alone, in plain words: a recurring task, a pattern that cannot be expressed. */
  readonly refusal?: string | undefined;
}

/** A slice of what changed in a folder. */
export interface ActChangePage {
  readonly changed: readonly ActHead[];
  readonly deletedIds: readonly string[];
  /** What to store once everything up to here is dealt with. */
  readonly cursor: string;
  readonly isLast: boolean;
}

/** One item asked for: itself, that it is gone (`notFound`), or why it could not be read. */
export type ActFound = { readonly item: ActItem } | { readonly error: MailroomError };
