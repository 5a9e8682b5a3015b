/** What one mailbox has already dealt with on its server, by the server's id: the cursor of servers without one (IN-04). */
export interface MailSightings {
  /** Of the ids given, those dealt with. */
  seen(mailboxid: string, serverIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Number of ids remembered for the mailbox. */
  count(mailboxid: string): Promise<number>;
  /** Remembers ids; repeating is harmless. */
  add(mailboxid: string, entries: readonly Sighting[]): Promise<void>;
  /**
   * Gives remembered messages the ids they have now, where a fingerprint listed is remembered under an id not listed; of equal ones, as
   * many as are on both sides, in order. Returns what was renamed; repeating is harmless (PAIN-09).
   */
  rename(
    mailboxid: string,
    listed: readonly { readonly serverId: string; readonly fingerprint: string }[],
  ): Promise<readonly { readonly from: string; readonly to: string }[]>;
  /** Ids whose deletion on the server is due, at most `limit` (UD-03). */
  deletionDue(mailboxid: string, limit: number): Promise<readonly string[]>;
  /** Notes that the server deleted them. */
  settled(mailboxid: string, serverIds: readonly string[]): Promise<void>;
  /** Forgets ids that a complete listing no longer names. */
  forgetAllBut(mailboxid: string, listed: readonly string[]): Promise<number>;
  /** Forgets given ids, or all of the mailbox (TE-09: re-evaluation). */
  forget(mailboxid: string, serverIds?: readonly string[]): Promise<void>;
}

/** A message dealt with. */
export interface Sighting {
  readonly serverId: string;
  readonly deletionDue: boolean;
  /** What recognises it when the server numbers its messages anew. */
  readonly fingerprint?: string | undefined;
}
