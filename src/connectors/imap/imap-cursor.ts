/** How far an IMAP mailbox was read: everything up to `lastUid` of this UIDVALIDITY (RFC 9051 2.3.1.1). */
export interface ImapCursor extends ImapState {
  readonly lastUid: number;
}

/** What a server says of a mailbox when it is opened. */
export interface ImapState {
  readonly uidValidity: string;
  /** HIGHESTMODSEQ (RFC 7162 3.1.2.1); absent where the server keeps none. */
  readonly modseq?: bigint | undefined;
  /** UIDNEXT; absent where the server does not tell. */
  readonly uidNext?: number | undefined;
}

/** Writes a cursor for storage. */
export function formatCursor({ uidValidity, lastUid, modseq, uidNext }: ImapCursor): string {
  return `${uidValidity}:${lastUid}:${modseq ?? ''}:${uidNext ?? ''}`;
}

/** Reads a stored cursor; undefined for none or one of another form, which means reading everything anew. */
export function parseCursor(text: string | null): ImapCursor | undefined {
  const match = /^(\d{1,20}):(\d{1,10})(?::(\d{0,20}):(\d{0,10}))?$/.exec(text ?? '');
  const [, uidValidity, lastUid, modseq, uidNext] = match ?? [];
  if (uidValidity === undefined) return undefined;
  return {
    uidValidity,
    lastUid: Number(lastUid),
    modseq: modseq ? BigInt(modseq) : undefined,
    uidNext: uidNext ? Number(uidNext) : undefined,
  };
}

/** True when the server's own counters say that no message came or went since the cursor was taken. */
export function isUnchanged(cursor: ImapCursor, now: ImapState): boolean {
  return (
    cursor.uidValidity === now.uidValidity &&
    now.modseq !== undefined &&
    cursor.modseq === now.modseq &&
    cursor.uidNext === now.uidNext
  );
}

/** True when no message can bear a higher UID than the last one read. */
export function hasNothingAbove(cursor: ImapCursor, now: ImapState): boolean {
  return now.uidNext !== undefined && now.uidNext <= cursor.lastUid + 1;
}
