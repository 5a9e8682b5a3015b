/** What the server is told about one message, apart from the message (RFC 5321 3.3). */
export interface MailEnvelope {
  /** Envelope sender; empty string is the null return path. */
  readonly from: string;
  readonly to: readonly string[];
  /** Delivery status notifications asked for (RFC 3461), used only where the server offers DSN. */
  readonly dsn?:
    | { readonly envelopeId: string; readonly notify: readonly ('SUCCESS' | 'FAILURE' | 'DELAY' | 'NEVER')[] }
    | undefined;
  /** True when an address or header needs SMTPUTF8 (RFC 6531). */
  readonly needsSmtpUtf8?: boolean | undefined;
}

/** A finished message: bytes with CRLF line ends, no Bcc field. */
export interface OutgoingMail {
  readonly envelope: MailEnvelope;
  readonly messageId: string;
  readonly raw: Buffer;
  /** True when an earlier attempt may have left something of it on the server. */
  readonly isRepeat?: boolean | undefined;
}

/** Asks whether a message may be handed over and notes that it is about to be (OU-06); rejects when it may not. */
export type AskPermission = () => Promise<void>;

/** The fate of one recipient, with the server's words. */
export interface RecipientOutcome {
  readonly address: string;
  /** `uncertain`: the server may or may not have taken the message for this one, while the fate of others is known. */
  readonly outcome: 'accepted' | 'rejected' | 'deferred' | 'uncertain';
  /** SMTP reply code; absent when the server gave none. */
  readonly replyCode?: number | undefined;
  /** RFC 3463 status such as `5.1.1`. */
  readonly enhancedCode?: string | undefined;
  readonly reply: string;
}

/** What came of one send: an outcome for every envelope recipient. */
export interface SendReport {
  readonly recipients: readonly RecipientOutcome[];
  /** The server's final reply to the message, or to the refusal that ended it. */
  readonly serverReply: string;
  /** Longest delay the server's words ask for before deferred recipients are tried again, milliseconds (SC-13). */
  readonly retryAfterMs?: number | undefined;
}

/** `sent`: the server has it among its sent mail; `notSent`: it cannot have taken it; `unknown`: neither can be said. */
export type SentFate = 'sent' | 'notSent' | 'unknown';

/** What is sent next by the same caller; undefined when it is not known yet. */
export type NextMail = () => OutgoingMail | undefined;

/** Sends finished messages. */
export interface MailSender {
  /**
   * Sends one message. Throws MailroomError when nothing can be said per recipient; `uncertain` is true once the final dot may have
   * reached the server. `permission` is asked once and waited for at the last moment before the server could accept the
   * message: when it rejects, nothing was handed over, and its error is thrown; a sender that never asked handed nothing over (OU-06).
   * `next` names what the caller gives to `send` after this message, if that is known by the time the message goes out: its envelope may
   * go along (RFC 2920 3.1), never the message itself.
   */
  send(mail: OutgoingMail, signal: AbortSignal, permission?: AskPermission, next?: NextMail): Promise<SendReport>;
  /** What the server tells of a message that was permitted and whose fate is unknown; absent where the server keeps none (OU-06). */
  lookUp?(messageId: string, signal: AbortSignal): Promise<SentFate>;
  /** Stores a copy of an accepted message in the sent folder, unless it is there; absent where that is not needed or not possible (OU-14). */
  keepCopy?(mail: OutgoingMail, signal: AbortSignal): Promise<void>;
}
