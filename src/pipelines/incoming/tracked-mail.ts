import type { EntityReference } from '../../tables/table-definition.ts';

/** A tracked email that others may belong to. */
export interface TrackedMail {
  readonly id: string;
  readonly messageId: string;
  /** Equal for the copies of one message; differs where several messages bear one Message-ID (PAIN-05). */
  readonly identity: string;
  readonly inReplyTo: string;
  /** Bracketed ids, oldest first. */
  readonly references: string;
  readonly subject: string;
  /** Normalised address of its sender; empty when unknown. */
  readonly sender: string;
  readonly trackingToken: string;
  /** Base64; empty when none. */
  readonly conversationIndex: string;
  readonly regarding: EntityReference | null;
  readonly ownerId: string | undefined;
  readonly conversationTrackingId: string | undefined;
  readonly isOutgoing: boolean;
  /** Date field; where there is none when it was received or made. */
  readonly sentOn: Date;
  readonly createdOn: Date;
}

/** What a message says about where it belongs. */
export interface CorrelatedFacts {
  readonly messageId: string;
  readonly inReplyTo: string;
  /** Oldest first. */
  readonly references: readonly string[];
  readonly subject: string;
  /** Tokens in the subject, in order. */
  readonly tokens: readonly string[];
  readonly conversationIndex: string;
  /** Normalised address; empty when unknown. */
  readonly sender: string;
  /** Normalised addresses of To, Cc and Bcc. */
  readonly recipients: readonly string[];
  /** Date field, else when it was received. */
  readonly sentOn: Date;
  readonly receivedOn: Date;
}

/** Tracked emails that the look-ups found, by what they were looked up by. */
export interface CorrelationCandidates {
  readonly byMessageId: ReadonlyMap<string, readonly TrackedMail[]>;
  /** By an id that answers gave to an email of ours. */
  readonly byAlias: ReadonlyMap<string, readonly TrackedMail[]>;
  /** By token in lower case (CO-19). */
  readonly byToken: ReadonlyMap<string, readonly TrackedMail[]>;
  /** By `conversationBase`. */
  readonly byConversation: ReadonlyMap<string, readonly TrackedMail[]>;
  /** What smart matching found, when it was asked (CO-30). */
  readonly smart: { readonly mail: TrackedMail; readonly evidence: string } | undefined;
}

/** Whether an email was there before a message was written: ours by when the message reached us, others' by their Date fields. */
export function precedes(
  mail: Pick<TrackedMail, 'isOutgoing' | 'sentOn' | 'messageId'>,
  facts: Pick<CorrelatedFacts, 'sentOn' | 'receivedOn' | 'messageId'>,
): boolean {
  const sent = mail.sentOn.getTime();
  if (mail.isOutgoing) return sent <= Math.max(facts.sentOn.getTime(), facts.receivedOn.getTime());
  const own = facts.sentOn.getTime();
  return sent < own || (sent === own && mail.messageId < facts.messageId);
}
