/**
 * Why the Web API's messages refuse an email, as their `ReasonCode` (IN-47); 0 is accepted. The names are those of
 * `mr_maildecision.mr_reasoncode`.
 */
export const reasonCodes = {
  Accepted: 0,
  /** Only answers to tracked email are taken, and this one answers none (IN-19). */
  NoCorrelationMatch: 100000001,
  /** Only mail from known senders is taken. */
  SenderNotKnown: 100000002,
  /** The recipients take no messages by themselves. */
  FilterNone: 100000003,
  /** No recipient is a user or queue with incoming mail (IN-17). */
  NoRecipientMatch: 100000004,
  /** Mail among us is tracked when it is sent (IN-33). */
  InternalEmail: 100000005,
  /** Meeting requests and answers are no emails (IN-08). */
  MeetingMessage: 100000006,
  /** A test message of Mailroom's own (TE-04). */
  OwnTestMessage: 100000007,
  /** Older than the mailbox's start date (IN-06). */
  BeforeStartDate: 100000008,
  /** An email with this Message-ID and direction is there (IN-30). */
  AlreadyTracked: 100000009,
  /** Its email was deleted here (PAIN-17). */
  Deleted: 100000010,
  /** From holds no valid address (IN-44). */
  InvalidSender: 100000011,
  /** Everybody who could own it is disabled (OW-05). */
  NoOwner: 100000012,
  /** A forward mailbox takes messages with an attached original only (FW-04). */
  InvalidForwardMailItem: 100000013,
  /** The organization leaves rights-protected mail alone (ST-20). */
  RightsProtected: 100000014,
} as const;

/** A name in the list of reasons. */
export type ReasonName = keyof typeof reasonCodes;
