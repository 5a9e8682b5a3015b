/** How far a client has read a folder. */
export interface SyncPoint {
  /** Changes up to this number are told. */
  readonly seq: number;
  /** Items that came up to this number are known to the client. */
  readonly base: number;
  /** Numbers of the items that came later and are told already: the client is in the middle of a round. */
  readonly told: readonly number[];
  /** While the first listing goes on: items that came with a lower number are still to be told, newest first. */
  readonly before: number | undefined;
}

/** A state of a client: where it is, in which folder or (empty) in the hierarchy of which mailbox. */
export interface SyncState extends SyncPoint {
  readonly folderId: string;
  readonly mailbox: number;
}

const mark = 'ESS1';

/** The state as a client keeps it. */
export function writeSyncState({ folderId, mailbox, seq, base, told, before }: SyncState): string {
  return Buffer.from(JSON.stringify([mark, folderId, mailbox, seq, base, told, before ?? -1])).toString('base64');
}

/** Reads a state; undefined when it is none of this server. */
export function readSyncState(text: string): SyncState | undefined {
  try {
    const read: unknown = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
    if (!Array.isArray(read) || read[0] !== mark) return undefined;
    const [, folderId, mailbox, seq, base, told, before] = read;
    if (typeof folderId !== 'string' || !Array.isArray(told) || typeof before !== 'number') return undefined;
    return { folderId, mailbox, seq, base, told, before: before === -1 ? undefined : before };
  } catch {
    return undefined;
  }
}
