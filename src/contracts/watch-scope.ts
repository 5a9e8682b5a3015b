/** What a wake-up is about: mail that may have come, or appointments, contacts and tasks that may have changed. */
export type WatchNews = 'incoming' | 'act';

/** What of a mailbox is listened to. */
export interface WatchScope {
  /** The inbox. */
  readonly mail: boolean;
  /** Calendar, contacts and tasks. */
  readonly act: boolean;
  /** Ids of further folders that are read: tracked ones, and Sent Items (FT-07, SI-01). */
  readonly folderIds: readonly string[];
}
