import type { ActPort } from './act-port.ts';
import type { FolderTracker } from './folder-tracker.ts';
import type { MailRetriever } from './mail-retriever.ts';
import type { MailSender } from './mail-sender.ts';
import type { WatchNews, WatchScope } from './watch-scope.ts';

/** How one connection is secured. `starttls` never falls back to plain text (CN-13). */
export type ConnectionSecurity = 'tls' | 'starttls' | 'none';

/** How to sign in; secrets are in the clear here and must not reach a log. */
export type SignIn =
  | { readonly kind: 'none' }
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'oauth'; readonly username: string; readonly accessToken: string };

/** Where and how to connect for one direction of one mailbox. */
export interface Endpoint {
  readonly host: string;
  /** TCP port, 1 to 65535. */
  readonly port: number;
  readonly security: ConnectionSecurity;
  readonly signIn: SignIn;
  /** Budget of one whole command or handshake, milliseconds. */
  readonly timeoutMs: number;
  /** Messages above this are not fetched or sent, bytes. */
  readonly maxMessageBytes: number;
  /** Recipients given to the server with one copy of a message; the server's own limit counts as well. */
  readonly maxRecipients?: number | undefined;
  /** PEM certificates trusted beside the system's. */
  readonly caPem?: string | undefined;
  /** Path of the folder that mail comes into, where it is not the account's own inbox: that of a mailbox shared with it (IMAP). */
  readonly inbox?: string | undefined;
  /** Name given in EHLO; the machine's host name when absent. */
  readonly clientName?: string | undefined;
  /** Simultaneous connections this process may open with it (a sender's pool), at least 1. */
  readonly maxConnections?: number | undefined;
}

/** One step of a connection test, in plain words with the server's reply. */
export interface CheckStep {
  /** `resolve`, `connect`, `secure`, `signin`, `open`, `send`: what was tried. */
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly serverReply?: string | undefined;
}

/** An open way to one mailbox on one kind of server. */
export interface Connector {
  readonly retriever?: MailRetriever | undefined;
  readonly sender?: MailSender | undefined;
  /** Calendar, contacts and tasks; absent when the server has none. */
  readonly act?: ActPort | undefined;
  /** Folders beyond the inbox and categories; absent where the server has none. */
  readonly folders?: FolderTracker | undefined;
  /** What was done to open it, for the test report (TE-03). */
  readonly steps: readonly CheckStep[];
  /**
   * Waits on the server and calls `wake` whenever something of `scope` may have come or changed, as far as the server can tell of it: the
   * inbox at least, and nothing else when absent. A hint that may come too often, never too seldom from the call of `opened` on and while
   * the line holds; what came before is the caller's to look for. It takes the
   * connection over, which is closed when it ends: nothing else can be asked of the connector then, and nobody need hold it. Ends when
   * `signal` aborts; throws MailroomError when the line is lost. Absent when the server cannot.
   */
  readonly watch?:
    | ((wake: (news: WatchNews) => void, signal: AbortSignal, scope?: WatchScope, opened?: () => void) => Promise<void>)
    | undefined;
  /** Ends in good order: POP3 deletions take effect here. Throws MailroomError when the server does not confirm. */
  close(): Promise<void>;
  /** Drops everything at once, without ceremony; never throws. */
  abort(): void;
}

/** Opens a connector; a failure is a MailroomError whose kind and code tell the cause (8005E227, 8005E23A, ...). */
export type OpenConnector = (endpoint: Endpoint, signal: AbortSignal) => Promise<Connector>;
