import { conversationBase, isConversationAncestor } from '../../formats/conversation-index.ts';
import { isForwardSubject, subjectsDiffer } from '../../formats/subject.ts';
import { CorrelationMethod } from '../../tables/choices.ts';
import type { EntityReference } from '../../tables/table-definition.ts';

/** A tracked email that others may belong to. */
export interface TrackedMail {
  readonly id: string;
  readonly messageId: string;
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
  readonly createdOn: Date;
}

/** What a message says about where it belongs. */
export interface CorrelatedFacts {
  readonly inReplyTo: string;
  /** Oldest first. */
  readonly references: readonly string[];
  readonly subject: string;
  /** Tokens in the subject, in order. */
  readonly tokens: readonly string[];
  readonly conversationIndex: string;
  /** Normalised addresses of To, Cc and Bcc. */
  readonly recipients: readonly string[];
}

/** Tracked emails that the look-ups found, by what they were looked up by. */
export interface CorrelationCandidates {
  readonly byMessageId: ReadonlyMap<string, readonly TrackedMail[]>;
  /** By token in lower case (CO-19). */
  readonly byToken: ReadonlyMap<string, readonly TrackedMail[]>;
  /** By `conversationBase`. */
  readonly byConversation: ReadonlyMap<string, readonly TrackedMail[]>;
  /** What smart matching found, when it was asked (CO-30). */
  readonly smart: { readonly mail: TrackedMail; readonly evidence: string } | undefined;
}

/** The switches that correlation depends on. */
export interface CorrelationRules {
  /** ST-15 */
  readonly enabled: boolean;
  /** ST-34 */
  readonly ignoreHeaders: boolean;
  /** ST-35 */
  readonly skipForwards: boolean;
  readonly tokenPrefixes: readonly string[];
}

/** Where a message belongs, how that was found, and by what. */
export interface Correlation {
  /** CorrelationMethod (CO-01). */
  readonly method: number;
  readonly parent: TrackedMail | undefined;
  /** In plain words; empty when nothing was found. */
  readonly evidence: string;
  /** CO-09 */
  readonly subjectChanged: boolean;
}

interface Found {
  readonly method: number;
  readonly mail: TrackedMail;
  readonly evidence: string;
}

/** Finds the email that a message belongs to; the first method that hits wins (CO-02 to CO-09, CO-14, CO-30). Pure. */
export function correlate(
  facts: CorrelatedFacts,
  candidates: CorrelationCandidates,
  rules: CorrelationRules,
): Correlation {
  if (!rules.enabled) return nothing(CorrelationMethod.skipped);
  const found =
    byHeaders(facts, candidates, rules) ??
    byToken(facts, candidates) ??
    byConversation(facts, candidates, rules) ??
    bySmartMatch(candidates);
  if (found === undefined) return nothing(CorrelationMethod.none);
  if (rules.skipForwards && isForward(facts, found.mail)) {
    return { ...nothing(CorrelationMethod.none), evidence: `Forward of ${found.mail.id}; forwards are not linked.` };
  }
  return {
    method: found.method,
    parent: found.mail,
    evidence: found.evidence,
    subjectChanged: subjectsDiffer(facts.subject, found.mail.subject, rules.tokenPrefixes),
  };
}

/** CO-05, CO-06: In-Reply-To, then References from the nearest up. */
function byHeaders(
  facts: CorrelatedFacts,
  candidates: CorrelationCandidates,
  rules: CorrelationRules,
): Found | undefined {
  if (rules.ignoreHeaders) return undefined;
  const named = [facts.inReplyTo, ...[...facts.references].reverse()];
  for (const [index, id] of named.entries()) {
    const mail = best(candidates.byMessageId.get(id));
    if (id === '' || mail === undefined) continue;
    const field = index === 0 ? 'In-Reply-To' : 'References';
    return { method: CorrelationMethod.inReplyTo, mail, evidence: `${field} names <${id}>.` };
  }
  return undefined;
}

/** CO-14, CO-19: the last token of the subject first, the newest email with it. */
function byToken(facts: CorrelatedFacts, candidates: CorrelationCandidates): Found | undefined {
  for (const token of [...facts.tokens].reverse()) {
    const mail = newest(candidates.byToken.get(token.toLowerCase()));
    if (mail !== undefined) {
      return { method: CorrelationMethod.trackingToken, mail, evidence: `The subject has the token ${token}.` };
    }
  }
  return undefined;
}

/** CO-07: the nearest ancestor by prefix, else the newest of the conversation. */
function byConversation(
  facts: CorrelatedFacts,
  candidates: CorrelationCandidates,
  rules: CorrelationRules,
): Found | undefined {
  if (rules.ignoreHeaders || facts.conversationIndex === '') return undefined;
  const conversation = candidates.byConversation.get(conversationBase(facts.conversationIndex)) ?? [];
  const ancestors = conversation.filter((mail) =>
    isConversationAncestor(mail.conversationIndex, facts.conversationIndex),
  );
  const nearest = [...ancestors].sort((one, other) => other.conversationIndex.length - one.conversationIndex.length)[0];
  const mail = nearest ?? newest(conversation);
  if (mail === undefined) return undefined;
  const how = nearest === undefined ? 'is of the same conversation as' : 'continues';
  return { method: CorrelationMethod.conversationIndex, mail, evidence: `Thread-Index ${how} that of ${mail.id}.` };
}

function bySmartMatch(candidates: CorrelationCandidates): Found | undefined {
  const { smart } = candidates;
  return smart && { method: CorrelationMethod.smartMatching, mail: smart.mail, evidence: smart.evidence };
}

/** CO-08: a forward's prefix, or the parent's sender is not among those it goes to. */
function isForward(facts: CorrelatedFacts, parent: TrackedMail): boolean {
  if (isForwardSubject(facts.subject)) return true;
  return parent.sender !== '' && !facts.recipients.includes(parent.sender);
}

/** Of copies of one message: one that regards a record, then the sent one, then the newest. */
function best(mails: readonly TrackedMail[] | undefined): TrackedMail | undefined {
  return [...(mails ?? [])].sort(
    (one, other) =>
      Number(other.regarding !== null) - Number(one.regarding !== null) ||
      Number(other.isOutgoing) - Number(one.isOutgoing) ||
      other.createdOn.getTime() - one.createdOn.getTime(),
  )[0];
}

function newest(mails: readonly TrackedMail[] | undefined): TrackedMail | undefined {
  return [...(mails ?? [])].sort((one, other) => other.createdOn.getTime() - one.createdOn.getTime())[0];
}

function nothing(method: number): Correlation {
  return { method, parent: undefined, evidence: '', subjectChanged: false };
}
