import { MailroomError } from '../../base/errors.ts';
import { newUuid } from '../../base/uuid.ts';
import { isRightsProtected } from '../../formats/rights-protected.ts';
import type { StoreScope } from '../../store/database.ts';
import { CorrelationMethod } from '../../tables/choices.ts';
import type { EntityReference } from '../../tables/table-definition.ts';
import { type AddressBook, lookUpAddresses, resolveRules } from '../parties.ts';
import { type Correlation, correlate } from './correlate.ts';
import {
  type CandidatePool,
  correlatedFacts,
  correlationRules,
  lookUpCandidates,
  storedMessageId,
} from './correlation-lookup.ts';
import type { Principal } from './directory.ts';
import { evaluate, type Verdict } from './evaluate.ts';
import type { IncomingMail } from './incoming-mail.ts';
import type { Judging } from './incoming-turn.ts';
import { type IdentifiedMail, identify, isFinal } from './known-mail.ts';
import { chooseOwner } from './owner.ts';
import type { OwnerFault } from './owner-fault.ts';
import { addressesOf, type ResolvedPeople, resolvePeople } from './resolve-people.ts';
import { stands } from './revisit.ts';
import { queuesFor } from './route.ts';
import { findSmartMatch } from './smart-match.ts';
import type { CorrelatedFacts, TrackedMail } from './tracked-mail.ts';
import { evaluateSent } from './tracking/evaluate-sent.ts';
import { isSentByMailbox, type Placement } from './tracking/placement.ts';

/** A message about which everything is decided and nothing written. */
export interface DecidedMail {
  readonly identified: IdentifiedMail;
  /** Where it was found, when not in the inbox by itself. */
  readonly placement?: Placement | undefined;
  /** The mailbox it was judged for, where that is not the one being read (FW-06). */
  readonly mailboxid?: string | undefined;
  /**
   * `known`: decided before, only seen again; `buried`: its email was deleted here; `stored`: another mailbox brought it;
   * `rejected`; `accepted`; `failed`: accepted, but cannot become an email (SC-14).
   */
  readonly kind: 'known' | 'buried' | 'stored' | 'rejected' | 'accepted' | 'failed';
  /** Id of the email: the new one's, or the stored one's. */
  readonly emailId: string | undefined;
  readonly people: ResolvedPeople;
  /** What correlation looked at; undefined for one that was settled before. */
  readonly facts: CorrelatedFacts | undefined;
  readonly correlation: Correlation;
  readonly verdict: Verdict | undefined;
  readonly owner: EntityReference | undefined;
  /** Queues in which it gets an item. */
  readonly queues: readonly string[];
  readonly error: MailroomError | undefined;
}

interface Weighed {
  readonly identified: IdentifiedMail;
  readonly people: ResolvedPeople;
  readonly principals: readonly Principal[];
  readonly facts: CorrelatedFacts;
  readonly smart: { readonly mail: TrackedMail; readonly evidence: string } | undefined;
}

const nobody: ResolvedPeople = {
  sender: { match: undefined, isDuplicate: false, tables: [] },
  recipients: [],
  principals: [],
};
const unlinked: Correlation = {
  method: CorrelationMethod.none,
  parent: undefined,
  evidence: '',
  subjectChanged: false,
};

/** Decides about a group of messages; reads in a fixed number of statements, writes nothing. Messages given twice come back once. */
export async function decideGroup(
  scope: StoreScope,
  turn: Judging,
  mails: readonly IncomingMail[],
): Promise<readonly DecidedMail[]> {
  const isSent = (mail: IncomingMail): boolean => isOutgoingMail(turn, mail);
  const identified = [
    ...(await identify(
      scope,
      turn.mailboxid,
      mails.filter((mail) => !isSent(mail)),
    )),
    ...(await identify(scope, turn.mailboxid, mails.filter(isSent), true)),
  ];
  const settled = identified.flatMap((one) => settledBefore(one, turn));
  const open = identified.filter((one) => !settled.some((other) => other.identified === one));
  if (open.length === 0) return settled;
  const weighed = await weigh(scope, turn, open);
  const pool = await lookUpCandidates(
    scope,
    weighed.map((one) => one.facts),
    turn.context.settings,
  );
  for (const mail of turn.imagined?.values() ?? []) pool.add(mail);
  const matched = await withSmartMatches(scope, turn, weighed, pool);
  return [...settled, ...decideAll(turn, matched, pool)];
}

/** Messages decided before, and those whose email was deleted, unless a revisit asks for them (IN-20, IN-31, PAIN-17). */
function settledBefore(identified: IdentifiedMail, turn: Judging): DecidedMail[] {
  const { decision, mail, email, isBuried } = identified;
  const placement = placementOf(turn, mail);
  const plain = {
    identified,
    placement,
    people: nobody,
    facts: undefined,
    correlation: unlinked,
    verdict: undefined,
    owner: undefined,
  };
  if (turn.byHand !== undefined) return [];
  // A person put it there, so what a filter said before does not count any more (IN-12).
  const isPut =
    placement !== undefined && placement.kind !== 'sent' && (decision?.email == null || decision.code === 'Untracked');
  if (!isPut && decision !== undefined && isFinal(decision) && stands(decision, mail.receivedOn, turn.revisit)) {
    return [{ ...plain, kind: 'known', emailId: decision.email?.id, queues: [], error: undefined }];
  }
  const comesBack =
    placement?.kind === 'category' ||
    (turn.revisit?.kind === 'reevaluation' && mail.receivedOn.getTime() >= turn.revisit.since.getTime());
  if (!isBuried || email !== undefined || comesBack) return [];
  return [{ ...plain, kind: 'buried', emailId: undefined, queues: [], error: undefined }];
}

async function weigh(
  scope: StoreScope,
  turn: Judging,
  identified: readonly IdentifiedMail[],
): Promise<readonly Weighed[]> {
  const { settings } = turn.context;
  const book: AddressBook = await lookUpAddresses(
    scope,
    identified.flatMap((one) => addressesOf(one.mail)),
  );
  const { owner } = turn.addresses;
  if (owner !== undefined) await turn.directory.load(scope, [owner]);
  const rules = resolveRules(settings, ownerOf(turn)?.id);
  const people = identified.map((one) => resolvePeople(one.mail, book, rules, turn.addresses));
  await turn.directory.load(
    scope,
    people.flatMap((one) => one.principals),
  );
  if (settings.switches.mr_RouteToOwnersQueue) await loadOwnersQueues(scope, turn, people);
  return identified.map((one, index) => {
    const resolved = people[index] ?? nobody;
    const principals = resolved.principals.flatMap(({ id }) => turn.directory.get(id) ?? []);
    return {
      identified: one,
      people: resolved,
      principals,
      facts: correlatedFacts(one.mail, settings),
      smart: undefined,
    };
  });
}

/** QU-03: the queues that owners have of their own. */
async function loadOwnersQueues(scope: StoreScope, turn: Judging, people: readonly ResolvedPeople[]): Promise<void> {
  const all = [...people.flatMap((one) => one.principals), ...(turn.addresses.owner ? [turn.addresses.owner] : [])];
  const ids = all.flatMap(({ id }) => turn.directory.get(id)?.ownersQueueId ?? []);
  await turn.directory.load(
    scope,
    ids.map((id) => ({ table: 'queue', id })),
  );
}

async function withSmartMatches(
  scope: StoreScope,
  turn: Judging,
  weighed: readonly Weighed[],
  pool: CandidatePool,
): Promise<readonly Weighed[]> {
  const { settings, clock } = turn.context;
  if (!settings.smartMatchingEnabled || !settings.correlationEnabled) return weighed;
  const matched: Weighed[] = [];
  for (const one of weighed) {
    const isFound = linkOf(turn, one, pool).parent !== undefined;
    const smart = isFound ? undefined : await findSmartMatch(scope, one.facts, settings.hash, clock.now());
    matched.push({ ...one, smart });
  }
  return matched;
}

/** Parents first, and again while an accepted message of the group may make another one an answer to it. */
function decideAll(turn: Judging, weighed: readonly Weighed[], pool: CandidatePool): readonly DecidedMail[] {
  const decided = new Map<Weighed, DecidedMail>();
  let open = parentsFirst(weighed);
  let before: number;
  do {
    before = open.length;
    for (const one of open) {
      const outcome = decide(turn, one, pool);
      decided.set(one, outcome);
      if (outcome.kind === 'accepted') pool.add(asTracked(outcome, turn.context.clock.now()));
    }
    open = open.filter((one) => decided.get(one)?.verdict?.code === 'NoCorrelationMatch');
  } while (open.length > 0 && open.length < before);
  return [...decided.values()];
}

/** By date, and whatever their dates say every message after those of the group that it names. */
function parentsFirst(weighed: readonly Weighed[]): readonly Weighed[] {
  const time = (one: Weighed): number => (one.identified.mail.message.date ?? one.identified.mail.receivedOn).getTime();
  const byMessageId = new Map(weighed.map((one) => [one.identified.mail.message.messageId, one]));
  const ordered = new Set<Weighed>();
  const entered = new Set<Weighed>();
  const visit = (one: Weighed): void => {
    if (entered.has(one)) return;
    entered.add(one);
    for (const id of [...one.facts.references, one.facts.inReplyTo]) {
      const parent = id === '' ? undefined : byMessageId.get(id);
      if (parent !== undefined) visit(parent);
    }
    ordered.add(one);
  };
  for (const one of [...weighed].sort((first, second) => time(first) - time(second))) visit(one);
  return [...ordered];
}

function decide(turn: Judging, weighed: Weighed, pool: CandidatePool): DecidedMail {
  const { identified, people, principals } = weighed;
  const { settings, clock } = turn.context;
  const mailboxOwner = turn.addresses.owner && turn.directory.get(turn.addresses.owner.id);
  const correlation = linkOf(turn, weighed, pool);
  const verdict = verdictOf(turn, weighed, correlation, mailboxOwner);
  const placement = placementOf(turn, identified.mail);
  const plain = { identified, placement, people, facts: weighed.facts, correlation, verdict, error: undefined };
  const isStored = identified.email !== undefined;
  const queuesOf = (ownersQueueId: string | undefined): readonly string[] => {
    const { acceptingQueues, accepted } = verdict;
    const route = { acceptingQueues, mailboxOwner, ownersQueueId, isAlreadyTracked: isStored };
    const isFoundSent = identified.isOutgoing && placement !== undefined;
    return accepted && !isFoundSent ? queuesFor(route, settings.switches) : [];
  };
  if (isStored) {
    return { ...plain, kind: 'stored', emailId: identified.email?.id, owner: undefined, queues: queuesOf(undefined) };
  }
  if (!verdict.accepted) return { ...plain, kind: 'rejected', emailId: undefined, owner: undefined, queues: [] };
  const recipients = principals.filter((principal) => principal.receives);
  const chosen = chooseOwner({
    recipients: identified.isOutgoing && turn.byHand === undefined ? [] : recipients,
    parentOwnerId: correlation.parent?.ownerId,
    senderOwnerId: senderOwner(people),
    mailboxOwner,
    fallback: turn.addresses.owner === undefined ? (turn.context.mailbox.ownerid ?? undefined) : undefined,
  });
  const owner = turn.byHand?.user ?? chosen;
  const faults = [...recipients, ...(mailboxOwner ? [mailboxOwner] : [])].flatMap((one) => one.ownerFault ?? []);
  const error = senderFault(identified.mail) ?? (owner === undefined ? ownerError(faults[0]) : undefined);
  if (error !== undefined) return { ...plain, kind: 'failed', emailId: undefined, owner, queues: [], error };
  const ownersOwn = [...principals, mailboxOwner].find((one) => one?.owner?.id === owner?.id)?.ownersQueueId;
  const queues = queuesOf(ownersOwn);
  return { ...plain, kind: 'accepted', emailId: turn.byHand?.emailId ?? newUuid(clock.now().getTime()), owner, queues };
}

function linkOf(turn: Judging, weighed: Weighed, pool: CandidatePool): Correlation {
  return correlate(
    weighed.facts,
    { ...pool.candidates, smart: weighed.smart },
    correlationRules(turn.context.settings),
  );
}

function verdictOf(
  turn: Judging,
  weighed: Weighed,
  correlation: Correlation,
  mailboxOwner: Principal | undefined,
): Verdict {
  const { mail, isSentCopyTracked } = weighed.identified;
  const placement = placementOf(turn, mail);
  if (placement?.kind === 'sent') {
    const isCorrelated = correlation.parent !== undefined;
    return evaluateSent(sentFacts(turn, weighed, isCorrelated, mailboxOwner), turn.context.settings);
  }
  return evaluate(
    {
      isMeetingMessage: mail.message.isMeetingMessage,
      isOwnTest: mail.message.headers.has('x-mailroom-test'),
      isRightsProtected: isRightsProtected(mail.message),
      receivedOn: mail.receivedOn,
      startOn: turn.startOn,
      senderName: mail.sender?.name || mail.sender?.address || 'its sender',
      senderTables: weighed.people.sender.tables,
      recipients: weighed.principals,
      mailboxOwner,
      isCorrelated: correlation.parent !== undefined,
      isSentCopyTracked,
      trackedBy: turn.byHand,
      placement,
    },
    turn.context.settings,
  );
}

function sentFacts(
  turn: Judging,
  { identified, people }: Weighed,
  isCorrelated: boolean,
  mailboxOwner: Principal | undefined,
) {
  const { mail } = identified;
  return {
    isMeetingMessage: mail.message.isMeetingMessage,
    isOwnTest: mail.message.headers.has('x-mailroom-test'),
    isRightsProtected: isRightsProtected(mail.message),
    sentOn: mail.receivedOn,
    startOn: turn.startOn,
    recipientTables: people.recipients.map(({ matches }) => matches.map(({ table }) => table)),
    mailboxOwner,
    isCorrelated,
  };
}

const placementOf = (turn: Judging, mail: IncomingMail): Placement | undefined =>
  turn.placements?.get(mail.source.serverId);

/** IN-37: what lies in Sent Items, what a person tracks as sent, and what the mailbox itself sent wherever a person put it. */
function isOutgoingMail(turn: Judging, mail: IncomingMail): boolean {
  if (turn.byHand !== undefined) return turn.byHand.isOutgoing;
  const placement = placementOf(turn, mail);
  return placement !== undefined && (placement.kind === 'sent' || isSentByMailbox(mail, turn.addresses));
}

/** OW-03: only customers' records make their owner the owner of their mail. */
function senderOwner(people: ResolvedPeople): string | undefined {
  const { match } = people.sender;
  const isCustomer = match !== undefined && ['contact', 'account', 'lead'].includes(match.table);
  return isCustomer ? (match.ownerId ?? undefined) : undefined;
}

/** What keeps an accepted message from becoming an email (IN-44). */
function senderFault(mail: IncomingMail): MailroomError | undefined {
  if (mail.sender !== undefined) return undefined;
  const written = mail.message.from[0]?.address ?? '';
  return new MailroomError(
    `Its From field holds no valid address (${written === '' ? 'it is empty' : `"${written.slice(0, 100)}"`}).`,
    { code: 'InvalidSender', kind: 'item' },
  );
}

/** OW-05 */
function ownerError(fault: OwnerFault | undefined): MailroomError {
  const message = fault?.message ?? 'Nobody can own it: neither a recipient nor the mailbox has an owner. Give it one.';
  return new MailroomError(message, { code: fault?.code ?? '80040520', kind: 'item' });
}

/** The owner of the mailbox or queue being processed (AD-02). */
function ownerOf(turn: Judging): EntityReference | undefined {
  const { owner } = turn.addresses;
  return owner && turn.directory.get(owner.id)?.owner;
}

/** An accepted message as others may belong to it. */
export function asTracked(decided: DecidedMail, now: Date): TrackedMail {
  const { mail, identity, isOutgoing } = decided.identified;
  const { parent } = decided.correlation;
  return {
    id: decided.emailId ?? '',
    messageId: storedMessageId(mail.message.messageId),
    identity,
    inReplyTo: storedMessageId(mail.message.inReplyTo),
    references: mail.message.references.map((id) => `<${id}>`).join(' '),
    subject: mail.message.subject,
    sender: mail.senderAddress,
    trackingToken: parent?.trackingToken ?? '',
    conversationIndex: mail.message.conversationIndex,
    regarding: regardingOf(decided),
    ownerId: decided.owner?.id,
    conversationTrackingId: parent?.conversationTrackingId ?? parent?.id ?? decided.emailId,
    isOutgoing,
    sentOn: mail.message.date ?? mail.receivedOn,
    createdOn: now,
  };
}

/** What an email is about: what the folder says where the message lies (FT-08), else what the email is about that it answers. */
export function regardingOf({ placement, correlation }: DecidedMail): EntityReference | null {
  const ofFolder = placement?.kind === 'folder' ? placement.regarding : undefined;
  return ofFolder ?? correlation.parent?.regarding ?? null;
}
