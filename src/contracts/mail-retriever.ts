import type { MailroomError } from '../base/errors.ts';

/** One message on the server, before its bytes are fetched. */
export interface MailHandle {
  /** The server's lasting id: UIDL (POP3), `UIDVALIDITY:UID` (IMAP), item id (EWS). */
  readonly serverId: string;
  /** Size in bytes as the server states it; absent when it does not. A hint only: servers lie. */
  readonly sizeBytes?: number | undefined;
  /** When the server received it, UTC; absent for POP3. */
  readonly receivedOn?: Date | undefined;
  /** Message-ID without brackets, empty when it has none; present where the server renumbered its messages. */
  readonly messageId?: string | undefined;
}

/** A slice of the server's list. */
export interface MailHandlePage {
  readonly handles: readonly MailHandle[];
  /** What to store once every handle of this page is committed; null when the server has no cursor (POP3: the ids seen are the cursor). */
  readonly cursor: string | null;
  /** True when the pages of this listing name everything on the server (then ids not listed are gone there). */
  readonly complete: boolean;
  /** True when the server gave every message a new id since `cursor` (UIDVALIDITY changed); the handles bear Message-IDs then (PAIN-09). */
  readonly isRenumbered?: boolean;
  /** Ids listed once that the server says are deleted; those of a complete listing are not named. */
  readonly gone?: readonly string[];
}

/** The outcome for one handle: its bytes, or why they could not be had; one failure never ends the others. */
export type FetchedMail = FetchedBytes | { readonly handle: MailHandle; readonly error: MailroomError };

/** A message that was had. */
export interface FetchedBytes {
  readonly handle: MailHandle;
  readonly raw: Buffer;
  readonly receivedOn?: Date | undefined;
  /** Gives the memory of `raw` back for later messages: a favour, called once nothing looks at `raw` any more. */
  readonly release?: (() => void) | undefined;
}

/**
 * What becomes of a message on the server after its commit (UD-03). `undeliverable`: it failed for good and goes to the folder
 * `Undeliverable` with whatever mark the server has for that (UD-01, UD-02); `moveTo`: it goes to this folder of the mailbox, `/` between
 * levels. Folders are made where they are absent; a server without folders keeps the message.
 */
export type Settlement = 'keep' | 'delete' | 'undeliverable' | { readonly moveTo: string };

/** Reads one mailbox; an open conversation with one server for one turn. Behaviour IN-01 to IN-07. */
export interface MailRetriever {
  /** Pages of messages after `cursor` (null: from the start). Throws MailroomError when the conversation fails. */
  list(cursor: string | null, signal: AbortSignal): AsyncIterable<MailHandlePage>;
  /** Header blocks only, at most `maxBytes` each (relevance before body, PAIN-18; re-matching, PAIN-09). Absent when the server cannot. */
  fetchHeads?(handles: readonly MailHandle[], maxBytes: number, signal: AbortSignal): AsyncIterable<FetchedMail>;
  /** Whole messages, in the order asked. Throws MailroomError when the conversation itself fails. */
  fetch(handles: readonly MailHandle[], signal: AbortSignal): AsyncIterable<FetchedMail>;
  /** Called only after the commit. Repeating it is harmless; deletions may take effect at `close`. */
  settle(handles: readonly MailHandle[], settlement: Settlement, signal: AbortSignal): Promise<void>;
}
