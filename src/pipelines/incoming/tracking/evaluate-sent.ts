import { FilterOption } from '../../../tables/choices.ts';
import type { Principal } from '../directory.ts';
import { customerTables, day, type EvaluateRules, rejected, rightsProtected, type Verdict } from '../evaluate.ts';

/** What is asked about one message in Sent Items; everything was looked up before. */
export interface SentFacts {
  readonly isMeetingMessage: boolean;
  readonly isOwnTest: boolean;
  /** AR-11 */
  readonly isRightsProtected: boolean;
  readonly sentOn: Date;
  readonly startOn: Date;
  /** For each recipient the tables with its address; none for one whom nobody knows. */
  readonly recipientTables: readonly (readonly string[])[];
  readonly mailboxOwner: Principal | undefined;
  readonly isCorrelated: boolean;
}

/** The settings that tracking of sent mail depends on. */
export interface SentRules extends Pick<EvaluateRules, 'correlationEnabled'> {
  readonly switches: Pick<EvaluateRules['switches'], 'RestrictIRMEmailItems'>;
}

/** Decides whether a message in Sent Items is tracked: the filter of the mailbox's owner, asked about the recipients (SI-01, SI-02, ST-20). Pure. */
export function evaluateSent(facts: SentFacts, rules: SentRules): Verdict {
  if (facts.isOwnTest) return rejected('OwnTestMessage', "It is Mailroom's own test message, which is never tracked.");
  if (facts.sentOn.getTime() < facts.startOn.getTime()) {
    return rejected(
      'BeforeStartDate',
      `It was sent on ${day(facts.sentOn)}, before the mailbox's start date ${day(facts.startOn)}.`,
    );
  }
  if (facts.isMeetingMessage)
    return rejected(
      'MeetingMessage',
      'It is a meeting request, answer or cancellation, which does not become an email.',
    );
  if (facts.isRightsProtected && rules.switches.RestrictIRMEmailItems) return rightsProtected();
  const owner = facts.mailboxOwner;
  if (owner === undefined) return rejected('NoRecipientMatch', 'The mailbox belongs to no user or queue.');
  return answer(owner, facts, rules.correlationEnabled);
}

function answer(owner: Principal, facts: SentFacts, correlationEnabled: boolean): Verdict {
  const { name } = owner;
  const yes = (reason: string): Verdict => ({
    accepted: true,
    code: 'Accepted',
    reason,
    acceptedBy: owner,
    acceptingQueues: [],
    answers: [{ principal: owner, accepts: true, code: 'Accepted', reason }],
  });
  const no = (code: 'NoCorrelationMatch' | 'SenderNotKnown' | 'FilterNone', reason: string): Verdict =>
    rejected(code, reason, [{ principal: owner, accepts: false, code, reason }]);
  const goesTo = (known: (tables: readonly string[]) => boolean): boolean => facts.recipientTables.some(known);
  switch (owner.filter) {
    case FilterOption.all:
      return yes(`${name} takes all messages, sent ones too.`);
    case FilterOption.inResponse:
      if (!correlationEnabled) {
        return no('NoCorrelationMatch', `${name} takes what belongs to tracked email only, and correlation is off.`);
      }
      return facts.isCorrelated
        ? yes(`${name} takes what belongs to tracked email, and this does.`)
        : no('NoCorrelationMatch', `${name} takes what belongs to tracked email only, and this belongs to none.`);
    case FilterOption.fromPeople:
      return goesTo((tables) => customerTables.has(tables[0] ?? ''))
        ? yes(`${name} takes messages with leads, contacts and accounts, and a recipient is one.`)
        : no(
            'SenderNotKnown',
            `${name} takes messages with leads, contacts and accounts only, and no recipient is one.`,
          );
    case FilterOption.fromEmailEnabled:
      return goesTo((tables) => tables.length > 0)
        ? yes(`${name} takes messages with known records, and a recipient is one.`)
        : no('SenderNotKnown', `${name} takes messages with known records only, and no recipient is one.`);
    default:
      return no('FilterNone', `${name} takes no messages by itself.`);
  }
}
