import { conversationBase, isConversationAncestor, isConversationHead } from '../../formats/conversation-index.ts';
import { isForwardSubject, isReplySubject, subjectsDiffer } from '../../formats/subject.ts';
import { CorrelationMethod } from '../../tables/choices.ts';
import { type CorrelatedFacts, type CorrelationCandidates, precedes, type TrackedMail } from './tracked-mail.ts';

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

/**
 * Finds the email that a message belongs to; the first method that hits wins (CO-02 to CO-09, CO-14, CO-30). What is found depends on
 * what the messages say, not on the order in which they came. A doubtful hit counts as none. Pure.
 */
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
    byAlias(facts, candidates, rules) ??
    bySmartMatch(candidates);
  if (found === undefined) return nothing(CorrelationMethod.none);
  const isForward = isForwardOf(facts, found.mail);
  if (rules.skipForwards && isForward) {
    return { ...nothing(CorrelationMethod.none), evidence: `Forward of ${found.mail.id}; forwards are not linked.` };
  }
  return {
    method: found.method,
    parent: found.mail,
    evidence: isForward ? `${found.evidence} It is a forward.` : found.evidence,
    subjectChanged: subjectsDiffer(facts.subject, found.mail.subject, rules.tokenPrefixes),
  };
}

/** The ids a message names, the one it answers first, then References from the nearest up; each once, its own never (CO-05, CO-06). */
export function namedIds(facts: Pick<CorrelatedFacts, 'inReplyTo' | 'references' | 'messageId'>): readonly string[] {
  const ids = new Set([facts.inReplyTo, ...[...facts.references].reverse()]);
  ids.delete('');
  ids.delete(facts.messageId);
  return [...ids];
}

/** CO-05, CO-06: In-Reply-To, then References from the nearest up. */
function byHeaders(
  facts: CorrelatedFacts,
  candidates: CorrelationCandidates,
  rules: CorrelationRules,
): Found | undefined {
  if (rules.ignoreHeaders) return undefined;
  for (const id of namedIds(facts)) {
    const mail = oneMessage(facts, candidates.byMessageId.get(id), rules);
    if (mail === undefined) continue;
    return { method: CorrelationMethod.inReplyTo, mail, evidence: `${fieldOf(facts, id)} names <${id}>.` };
  }
  return undefined;
}

const fieldOf = (facts: CorrelatedFacts, id: string): string => (id === facts.inReplyTo ? 'In-Reply-To' : 'References');

/** Copies of one message: the best of them. Several messages under one id (PAIN-05): the only one with this subject, else none. */
function oneMessage(
  facts: CorrelatedFacts,
  mails: readonly TrackedMail[] | undefined,
  rules: CorrelationRules,
): TrackedMail | undefined {
  if (mails === undefined) return undefined;
  if (new Set(mails.map((mail) => mail.identity)).size <= 1) return best(mails);
  const alike = mails.filter((mail) => !subjectsDiffer(facts.subject, mail.subject, rules.tokenPrefixes));
  return new Set(alike.map((mail) => mail.identity)).size === 1 ? best(alike) : undefined;
}

/** CO-14, CO-19: the last token of the subject first; the email that we sent with it last before, else the last received one. */
function byToken(facts: CorrelatedFacts, candidates: CorrelationCandidates): Found | undefined {
  for (const token of [...facts.tokens].reverse()) {
    const others = (candidates.byToken.get(token.toLowerCase()) ?? []).filter((mail) => mayBeAbove(facts, mail));
    const sent = others.filter((mail) => mail.isOutgoing);
    const mail = newest(before(facts, sent)) ?? newest(sent) ?? newest(before(facts, others));
    if (mail !== undefined) {
      return { method: CorrelationMethod.trackingToken, mail, evidence: `The subject has the token ${token}.` };
    }
  }
  return undefined;
}

/** CO-07: the nearest ancestor by prefix, else the newest of the conversation before this one. */
function byConversation(
  facts: CorrelatedFacts,
  candidates: CorrelationCandidates,
  rules: CorrelationRules,
): Found | undefined {
  if (rules.ignoreHeaders || !isConversationHead(facts.conversationIndex)) return undefined;
  const conversation = (candidates.byConversation.get(conversationBase(facts.conversationIndex)) ?? []).filter((mail) =>
    mayBeAbove(facts, mail),
  );
  const nearest = nearestAncestor(facts, conversation);
  const mail = nearest ?? newest(before(facts, conversation));
  if (mail === undefined) return undefined;
  const how = nearest === undefined ? 'is of the same conversation as' : 'continues';
  return { method: CorrelationMethod.conversationIndex, mail, evidence: `Thread-Index ${how} that of ${mail.id}.` };
}

function nearestAncestor(facts: CorrelatedFacts, conversation: readonly TrackedMail[]): TrackedMail | undefined {
  const ancestors = conversation.filter((mail) =>
    isConversationAncestor(mail.conversationIndex, facts.conversationIndex),
  );
  const longest = Math.max(0, ...ancestors.map((mail) => mail.conversationIndex.length));
  return newest(ancestors.filter((mail) => mail.conversationIndex.length === longest));
}

/** An id under which answers are known to name an email of ours: a gateway gave it another Message-ID. */
function byAlias(
  facts: CorrelatedFacts,
  candidates: CorrelationCandidates,
  rules: CorrelationRules,
): Found | undefined {
  if (rules.ignoreHeaders) return undefined;
  for (const id of namedIds(facts)) {
    const mail = best((candidates.byAlias.get(id) ?? []).filter((one) => mayBeAbove(facts, one)));
    if (mail === undefined) continue;
    const evidence = `${fieldOf(facts, id)} names <${id}>, by which another answer called ${mail.id}.`;
    return { method: CorrelationMethod.inReplyTo, mail, evidence };
  }
  return undefined;
}

function bySmartMatch(candidates: CorrelationCandidates): Found | undefined {
  const { smart } = candidates;
  return smart && { method: CorrelationMethod.smartMatching, mail: smart.mail, evidence: smart.evidence };
}

/** CO-08: a forward's prefix; or no reply's prefix, written by another than the parent's sender, who is not among those it goes to. */
function isForwardOf(facts: CorrelatedFacts, parent: TrackedMail): boolean {
  if (isForwardSubject(facts.subject)) return true;
  if (isReplySubject(facts.subject) || parent.sender === '' || facts.sender === parent.sender) return false;
  return !facts.recipients.includes(parent.sender);
}

/** What guesses may not link to: the message itself, and messages that name it or follow it in its conversation. */
function mayBeAbove(facts: CorrelatedFacts, mail: TrackedMail): boolean {
  const { messageId } = facts;
  const isNamed = mail.inReplyTo === messageId || mail.references.includes(`<${messageId}>`);
  if (messageId !== '' && (mail.messageId === messageId || isNamed)) return false;
  return !isConversationAncestor(facts.conversationIndex, mail.conversationIndex);
}

/** Of copies of one message: one that regards a record, then the sent one, then the newest. */
function best(mails: readonly TrackedMail[]): TrackedMail | undefined {
  return [...mails].sort(
    (one, other) =>
      Number(other.regarding !== null) - Number(one.regarding !== null) ||
      Number(other.isOutgoing) - Number(one.isOutgoing) ||
      other.createdOn.getTime() - one.createdOn.getTime(),
  )[0];
}

const before = (facts: CorrelatedFacts, mails: readonly TrackedMail[]): readonly TrackedMail[] =>
  mails.filter((mail) => precedes(mail, facts));

/** The one sent last; of several at one time the one with the greatest Message-ID, so that the order of arrival does not matter. */
function newest(mails: readonly TrackedMail[]): TrackedMail | undefined {
  return [...mails].sort(
    (one, other) => other.sentOn.getTime() - one.sentOn.getTime() || (one.messageId < other.messageId ? 1 : -1),
  )[0];
}

function nothing(method: number): Correlation {
  return { method, parent: undefined, evidence: '', subjectChanged: false };
}
