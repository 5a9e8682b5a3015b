/** How far an IMAP mailbox was read: everything up to `lastUid` of this UIDVALIDITY (RFC 9051 2.3.1.1). */
export interface ImapCursor {
  readonly uidValidity: string;
  readonly lastUid: number;
}

/** Writes a cursor for storage. */
export function formatCursor(cursor: ImapCursor): string {
  return `${cursor.uidValidity}:${cursor.lastUid}`;
}

/** Reads a stored cursor; undefined for none or one of another form, which means reading everything anew. */
export function parseCursor(text: string | null): ImapCursor | undefined {
  const match = /^(\d{1,20}):(\d{1,10})$/.exec(text ?? '');
  return match?.[1] === undefined ? undefined : { uidValidity: match[1], lastUid: Number(match[2]) };
}
