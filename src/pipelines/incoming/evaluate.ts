import type { OrganizationSwitches } from '../../store/organization-settings.ts';
import { FilterOption } from '../../tables/choices.ts';
import type { Principal } from './directory.ts';
import { type Placement, placementReason } from './tracking/placement.ts';

/** Why a message was or was not taken; kept in `mr_maildecision.mr_reasoncode`. */
export type ReasonCode =
  | 'Accepted'
  | 'NoCorrelationMatch'
  | 'SenderNotKnown'
  | 'FilterNone'
  | 'NoRecipientMatch'
  | 'InternalEmail'
  | 'MeetingMessage'
  | 'OwnTestMessage'
  | 'BeforeStartDate'
  | 'InvalidForwardMailItem'
  | 'RightsProtected';

/** The settings that acceptance depends on. */
export interface EvaluateRules {
  /** ST-19 off */
  readonly ignoreInternalEmail: boolean;
  /** ST-15 */
  readonly correlationEnabled: boolean;
  readonly switches: Pick<
    OrganizationSwitches,
    | 'UseFilteringMethodOfSyncingMailboxOnlyForCorrelation'
    | 'SSSForceFilteringMethodForUserMailboxes'
    | 'DoNotIgnoreInternalEmailToQueues'
    | 'IgnoreInternalEmailFromQueues'
    | 'IgnoreInternalEmailDetectionEnhancement'
    | 'RestrictIRMEmailItems'
  >;
}

/** What is asked about one message; everything was looked up before. */
export interface EvaluateFacts {
  readonly isMeetingMessage: boolean;
  readonly isOwnTest: boolean;
  /** AR-11 */
  readonly isRightsProtected: boolean;
  readonly receivedOn: Date;
  /** Messages received before are left alone (IN-06, EP-16). */
  readonly startOn: Date;
  /** Sender as people read it. */
  readonly senderName: string;
  /** Tables with the sender's address, the resolved one first (AD-01); empty when nobody has it. */
  readonly senderTables: readonly string[];
  /** Users and queues among To, Cc and Bcc in that order, each once. */
  readonly recipients: readonly Principal[];
  /** User or queue of the mailbox being read. */
  readonly mailboxOwner: Principal | undefined;
  /** True when a tracked email was found that this one belongs to (ch. CO). */
  readonly isCorrelated: boolean;
  /** True when the sent copy of the same message is tracked (IN-36). */
  readonly isSentCopyTracked: boolean;
  /** Who tracks it by hand, past every filter (IN-12). */
  readonly trackedBy?: { readonly name: string } | undefined;
  /** Where a person put it for it to be tracked, past every filter (IN-12). */
  readonly placement?: Placement | undefined;
}

/** What one recipient's filter said. */
export interface FilterAnswer {
  readonly principal: Principal;
  readonly accepts: boolean;
  readonly code: ReasonCode;
  readonly reason: string;
}

/** What evaluate says of a message. */
export interface Verdict {
  readonly accepted: boolean;
  readonly code: ReasonCode;
  /** A sentence that names whose filter decided. */
  readonly reason: string;
  /** Who accepted it (IN-14); undefined when rejected. */
  readonly acceptedBy: Principal | undefined;
  /** Queues among the recipients whose own filter accepts (QU-03). */
  readonly acceptingQueues: readonly Principal[];
  readonly answers: readonly FilterAnswer[];
}

/** Tables of customers (filter option 2). */
export const customerTables: ReadonlySet<string> = new Set(['contact', 'account', 'lead']);

/** Decides whether a message is taken (IN-08, IN-10 to IN-29, IN-33 to IN-36, ST-20, TE-04). Pure. */
export function evaluate(facts: EvaluateFacts, rules: EvaluateRules): Verdict {
  const excluded = exclusion(facts, rules);
  if (excluded !== undefined) return excluded;
  if (facts.trackedBy !== undefined)
    return byHand(`${facts.trackedBy.name} tracked it by hand, which no filter is asked about.`);
  if (facts.placement !== undefined) return byHand(placementReason(facts.placement));
  const taking = facts.recipients.filter((principal) => principal.receives);
  if (taking.length === 0) return withoutRecipient(facts, rules);
  const asked = candidatesOf(facts, rules, taking);
  const answers = asked.map((principal) => answerOf(principal, facts, rules));
  const accepting = answers.filter((answer) => answer.accepts);
  const first = accepting[0];
  const acceptingQueues = accepting.flatMap(({ principal }) => (principal.kind === 'queue' ? [principal] : []));
  if (first !== undefined) {
    return {
      accepted: true,
      code: 'Accepted',
      reason: first.reason,
      acceptedBy: first.principal,
      acceptingQueues,
      answers,
    };
  }
  const code = answers.find((answer) => answer.code === 'NoCorrelationMatch')?.code ?? answers[0]?.code;
  const reason = answers.map((answer) => answer.reason).join(' ');
  return rejected(code ?? 'NoRecipientMatch', reason, answers);
}

function byHand(reason: string): Verdict {
  return { accepted: true, code: 'Accepted', reason, acceptedBy: undefined, acceptingQueues: [], answers: [] };
}

/** Messages that no filter is asked about. */
function exclusion(facts: EvaluateFacts, rules: EvaluateRules): Verdict | undefined {
  if (facts.isOwnTest) return rejected('OwnTestMessage', "It is Mailroom's own test message, which is never tracked.");
  if (facts.placement === undefined && facts.receivedOn.getTime() < facts.startOn.getTime()) {
    return rejected(
      'BeforeStartDate',
      `It was received on ${day(facts.receivedOn)}, before the mailbox's start date ${day(facts.startOn)}.`,
    );
  }
  if (facts.isMeetingMessage) {
    return rejected(
      'MeetingMessage',
      'It is a meeting request, answer or cancellation, which does not become an email.',
    );
  }
  if (facts.isRightsProtected && rules.switches.RestrictIRMEmailItems) return rightsProtected();
  return undefined;
}

/** IN-17: a Bcc or a distribution list; only the filter "all" of the mailbox being read takes it. */
function withoutRecipient(facts: EvaluateFacts, rules: EvaluateRules): Verdict {
  const owner = facts.mailboxOwner;
  if (owner === undefined) {
    return rejected('NoRecipientMatch', 'None of its recipients is a user or queue with incoming mail.');
  }
  const internal = internalAnswer(owner, facts, rules);
  if (internal !== undefined) return rejected(internal.code, internal.reason, [internal]);
  if (owner.filter !== FilterOption.all) {
    return rejected(
      'NoRecipientMatch',
      `None of its recipients is a user or queue with incoming mail, and ${owner.name}, whose mailbox it was found in, does not take all messages.`,
    );
  }
  const reason = `${owner.name}, whose mailbox it was found in, takes all messages.`;
  const answer: FilterAnswer = { principal: owner, accepts: true, code: 'Accepted', reason };
  return { accepted: true, code: 'Accepted', reason, acceptedBy: owner, acceptingQueues: [], answers: [answer] };
}

/** IN-14, IN-16 (ST-38): everybody among the recipients, or the mailbox's user alone. */
function candidatesOf(facts: EvaluateFacts, rules: EvaluateRules, taking: readonly Principal[]): readonly Principal[] {
  const owner = facts.mailboxOwner;
  if (rules.switches.SSSForceFilteringMethodForUserMailboxes && owner?.kind === 'user') return [owner];
  return taking;
}

function answerOf(principal: Principal, facts: EvaluateFacts, rules: EvaluateRules): FilterAnswer {
  const internal = internalAnswer(principal, facts, rules);
  if (internal !== undefined) return internal;
  const { name } = principal;
  const yes = (reason: string): FilterAnswer => ({ principal, accepts: true, code: 'Accepted', reason });
  const no = (code: ReasonCode, reason: string): FilterAnswer => ({ principal, accepts: false, code, reason });
  switch (principal.filter) {
    case FilterOption.all:
      return yes(`${name} takes all messages.`);
    case FilterOption.inResponse:
      return correlationAnswer(principal, facts, rules);
    case FilterOption.fromPeople:
      return customerTables.has(facts.senderTables[0] ?? '')
        ? yes(`${name} takes messages from leads, contacts and accounts, and ${facts.senderName} is one.`)
        : no(
            'SenderNotKnown',
            `${name} takes messages from leads, contacts and accounts, and ${facts.senderName} is none.`,
          );
    case FilterOption.fromEmailEnabled:
      return facts.senderTables.length > 0
        ? yes(`${name} takes messages from known records, and ${facts.senderName} is one.`)
        : no('SenderNotKnown', `${name} takes messages from known records, and ${facts.senderName} is none.`);
    default:
      return no('FilterNone', `${name} takes no messages by itself.`);
  }
}

/** IN-15 (ST-37), IN-19: answers to tracked email. */
function correlationAnswer(principal: Principal, facts: EvaluateFacts, rules: EvaluateRules): FilterAnswer {
  const no = (reason: string): FilterAnswer => ({ principal, accepts: false, code: 'NoCorrelationMatch', reason });
  const { name } = principal;
  if (!rules.correlationEnabled) return no(`${name} takes answers to tracked email only, and correlation is off.`);
  if (!facts.isCorrelated) return no(`${name} takes answers to tracked email only, and this one answers none.`);
  const isOther = principal.reference.id !== facts.mailboxOwner?.reference.id;
  if (isOther && rules.switches.UseFilteringMethodOfSyncingMailboxOnlyForCorrelation) {
    return no(`${name} takes answers to tracked email only, which counts in the mailbox of ${name} alone.`);
  }
  const reason = `${name} takes answers to tracked email, and this is one.`;
  return { principal, accepts: true, code: 'Accepted', reason };
}

/** IN-33 to IN-36: with ST-19 off, mail of a colleague is one activity, the sent one. */
function internalAnswer(principal: Principal, facts: EvaluateFacts, rules: EvaluateRules): FilterAnswer | undefined {
  if (!rules.ignoreInternalEmail || !isIgnoredPair(principal, facts, rules)) return undefined;
  const detects = rules.switches.IgnoreInternalEmailDetectionEnhancement;
  if (detects && !facts.isSentCopyTracked && facts.isCorrelated) return undefined;
  return {
    principal,
    accepts: false,
    code: 'InternalEmail',
    reason: `${facts.senderName} is one of us, and mail among us is not tracked when it is received (for ${principal.name}).`,
  };
}

function isIgnoredPair(principal: Principal, facts: EvaluateFacts, rules: EvaluateRules): boolean {
  const from = facts.senderTables[0];
  if (from === 'systemuser') {
    return principal.kind === 'user' || !rules.switches.DoNotIgnoreInternalEmailToQueues;
  }
  return from === 'queue' && principal.kind === 'user' && rules.switches.IgnoreInternalEmailFromQueues;
}

/** The refusal of rights-protected mail, whoever tracks it (ST-20). */
export function rightsProtected(): Verdict {
  return rejected(
    'RightsProtected',
    'It is rights-protected, and the organization leaves rights-protected mail alone.',
  );
}

/** A refusal. */
export function rejected(code: ReasonCode, reason: string, answers: readonly FilterAnswer[] = []): Verdict {
  return { accepted: false, code, reason, acceptedBy: undefined, acceptingQueues: [], answers };
}

/** A moment as reasons name it. */
export const day = (date: Date): string => `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
