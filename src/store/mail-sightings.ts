/** What one mailbox has already dealt with on its server, by the server's id: the cursor of servers without one (IN-04). */
export interface MailSightings {
  /** Of the ids listed, those dealt with, and of these the ones whose deletion on the server is still due (UD-03). */
  seen(
    mailboxid: string,
    serverIds: readonly string[],
  ): Promise<{ readonly seen: ReadonlySet<string>; readonly deletionDue: ReadonlySet<string> }>;
  /** Number of ids remembered for the mailbox. */
  count(mailboxid: string): Promise<number>;
  /** Remembers ids; repeating is harmless. */
  add(
    mailboxid: string,
    entries: readonly { readonly serverId: string; readonly deletionDue: boolean }[],
  ): Promise<void>;
  /** Notes that the server deleted them. */
  settled(mailboxid: string, serverIds: readonly string[]): Promise<void>;
  /** Forgets ids that a complete listing no longer names. */
  forgetAllBut(mailboxid: string, listed: readonly string[]): Promise<number>;
  /** Forgets given ids, or all of the mailbox (TE-09: re-evaluation). */
  forget(mailboxid: string, serverIds?: readonly string[]): Promise<void>;
}
