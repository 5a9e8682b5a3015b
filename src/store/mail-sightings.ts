/** What one mailbox has already dealt with on its server, by the server's id: the cursor of servers without one (IN-04). */
export interface MailSightings {
  /** Of the ids given, those dealt with. */
  seen(mailboxid: string, serverIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Number of ids remembered for the mailbox. */
  count(mailboxid: string): Promise<number>;
  /** Remembers ids; repeating is harmless. */
  add(
    mailboxid: string,
    entries: readonly { readonly serverId: string; readonly deletionDue: boolean }[],
  ): Promise<void>;
  /** Ids whose deletion on the server is due, at most `limit` (UD-03). */
  deletionDue(mailboxid: string, limit: number): Promise<readonly string[]>;
  /** Notes that the server deleted them. */
  settled(mailboxid: string, serverIds: readonly string[]): Promise<void>;
  /** Forgets ids that a complete listing no longer names. */
  forgetAllBut(mailboxid: string, listed: readonly string[]): Promise<number>;
  /** Forgets given ids, or all of the mailbox (TE-09: re-evaluation). */
  forget(mailboxid: string, serverIds?: readonly string[]): Promise<void>;
}
