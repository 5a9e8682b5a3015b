/** One address of a header field. */
export interface MailAddress {
  /** Display name, decoded; empty when none. */
  readonly name: string;
  /** addr-spec as written, empty when the field holds none. */
  readonly address: string;
}

/** A part of a message kept as a file. */
export interface MailAttachment {
  /** Decoded file name; made up (`attachment-1.bin`, `message-1.eml`) when the part has none. */
  readonly fileName: string;
  readonly contentType: string;
  /** Content-ID without angle brackets; empty when none. */
  readonly contentId: string;
  /** True when the body refers to it by `cid:` or the part is declared inline. */
  readonly inline: boolean;
  /** Decoded anew each time it is asked for where the message holds it encoded. */
  readonly content: Buffer;
  /** Where the bytes stand in the message; absent where they do not stand there, or not in one piece. */
  readonly place?: FilePlace | undefined;
}

/** Where the bytes of a file stand in a message. */
export interface FilePlace {
  /** Offset in the message, bytes. */
  readonly start: number;
  /** Bytes of the message that they take. */
  readonly length: number;
  /** Bytes of the file. */
  readonly sizeBytes: number;
  /** Of the file, lower-case hex. */
  readonly sha256: string;
  /** Characters of a line and bytes of a line end, for base64 in lines of one length (RFC 2045 6.8); absent where the bytes stand as they are. */
  readonly lines?: { readonly chars: number; readonly end: number };
}

/** A message as read from its bytes (RFC 5322, RFC 2045 to 2049); nothing here is trusted. */
export interface MailMessage {
  /** Message-ID without angle brackets; empty when absent. */
  readonly messageId: string;
  /** First id of In-Reply-To, without brackets; empty when absent. */
  readonly inReplyTo: string;
  /** References, oldest first, without brackets. */
  readonly references: readonly string[];
  readonly subject: string;
  readonly from: readonly MailAddress[];
  readonly sender: readonly MailAddress[];
  readonly replyTo: readonly MailAddress[];
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  readonly bcc: readonly MailAddress[];
  /** Date field in UTC; undefined when absent or unreadable. */
  readonly date: Date | undefined;
  /** Text body; empty when the message has none. */
  readonly text: string;
  /** HTML body as sent, not sanitised; empty when the message has none. */
  readonly html: string;
  readonly attachments: readonly MailAttachment[];
  /** `low`, `normal` or `high` from Importance, X-Priority or Priority. */
  readonly importance: 'low' | 'normal' | 'high';
  /** Thread-Index, base64 as sent; empty when absent. */
  readonly conversationIndex: string;
  /** Header fields by lower-case name, decoded values in order of appearance. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** True for meeting requests, responses and cancellations (text/calendar with METHOD), IN-08. */
  readonly isMeetingMessage: boolean;
  /** What was wrong with the message and how it was read all the same, in plain words. */
  readonly faults: readonly string[];
}
