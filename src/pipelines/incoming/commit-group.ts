import { asMailroomError, MailroomError } from '../../base/errors.ts';
import type { StoreScope } from '../../store/database.ts';
import { forgetDecision } from '../decisions.ts';
import type { DecidedMail } from './decide-group.ts';
import { decideMails } from './decide-mails.ts';
import type { IncomingMail } from './incoming-mail.ts';
import { type IncomingTurn, withLease } from './incoming-turn.ts';
import { addParts, type DraftedEmail, partsOf } from './make-emails.ts';
import { noteDeliveries } from './note-deliveries.ts';
import type { GroupPlan } from './plan-ahead.ts';
import { addQueueItems, linkEarlier, skipping, writeEmails } from './promote.ts';
import { type BrokenMail, quarantine, release } from './quarantine.ts';
import { recordDecisions, remember, unreadIdentity } from './record-group.ts';
import type { AddedProgress } from './revisit.ts';
import { noteProgress, writeProgress } from './revisit-progress.ts';
import { tellRefused } from './tell-refused.ts';
import { noteTracking } from './tracking/note-tracking.ts';

/** Messages that are dealt with together. */
export interface MailGroup {
  readonly mails: readonly IncomingMail[];
  readonly broken: readonly BrokenMail[];
}

/** What came of a group. */
export interface GroupOutcome {
  readonly processed: number;
  readonly failed: number;
  /** When the newest of its messages arrived. */
  readonly newestOn: Date | undefined;
  /** True when all came as its plan said and nothing else changed. */
  readonly asPlanned: boolean;
}

/** Errors of messages that, when every one of this many shows them alike, are no messages' fault. */
const systemicCount = 3;

/**
 * Deals with a group in one transaction: all of it is durable or nothing (IN-30). Where a message's own fault ends the transaction,
 * the group is taken one by one and the faulty one goes to the quarantine (PAIN-02). Throws what is nobody's fault here: a lost lease,
 * a database that is gone.
 */
export async function commitGroup(turn: IncomingTurn, group: MailGroup, plan?: GroupPlan): Promise<GroupOutcome> {
  if (group.mails.length === 0 && group.broken.length === 0)
    return { processed: 0, failed: 0, newestOn: undefined, asPlanned: true };
  try {
    return await commitNow(turn, group, plan);
  } catch (thrown) {
    if (isOutdated(thrown)) return commitGroup(turn, group);
    if (!isItemFault(thrown)) throw thrown;
    return commitOneByOne(turn, group, thrown);
  }
}

async function commitOneByOne(turn: IncomingTurn, group: MailGroup, first: unknown): Promise<GroupOutcome> {
  const outcomes: GroupOutcome[] = [];
  const failed: BrokenMail[] = [];
  const messages = byServerId(group.mails);
  for (const mails of messages) {
    try {
      outcomes.push(await commitNow(turn, { mails, broken: [] }));
    } catch (thrown) {
      if (!isItemFault(thrown)) throw thrown;
      failed.push(...mails.slice(0, 1).map((mail) => brokenMail(mail, asMailroomError(thrown))));
    }
  }
  const isSystemic = failed.length === messages.length && failed.length >= systemicCount;
  if (isSystemic && failed.every(({ error }) => error.kind === 'internal')) throw asMailroomError(first);
  outcomes.push(await commitNow(turn, { mails: [], broken: [...group.broken, ...failed] }));
  return {
    processed: sum(outcomes.map((one) => one.processed)),
    failed: sum(outcomes.map((one) => one.failed)),
    newestOn: newest(outcomes.map((one) => one.newestOn)),
    asPlanned: false,
  };
}

/** One transaction, and the progress that it made. A transaction that has to be run again goes without the plan. */
async function commitNow(turn: IncomingTurn, group: MailGroup, plan?: GroupPlan): Promise<GroupOutcome> {
  let untried = plan;
  const { added, ...outcome } = await withLease(turn, (scope) => {
    const tried = untried;
    untried = undefined;
    return tried === undefined ? writeGroup(scope, turn, group) : writePlanned(scope, turn, group, tried);
  });
  noteProgress(turn, added);
  return outcome;
}

interface WrittenGroup extends GroupOutcome {
  readonly added: AddedProgress;
}

async function writeGroup(scope: StoreScope, turn: IncomingTurn, group: MailGroup): Promise<WrittenGroup> {
  const decided = group.mails.length === 0 ? [] : await decideMails(scope, turn, group.mails);
  const { made, overtaken } = await writeEmails(
    scope,
    turn,
    decided.filter((one) => one.kind === 'accepted'),
  );
  const final = decided.map((one) => withdrawn(one, overtaken));
  const [outcome] = await Promise.all([
    settleGroup(scope, turn, group, { final, made }),
    addParts(scope, partsOf(turn, made)),
  ]);
  await linkEarlier(scope, turn, made);
  return outcome;
}

/** What comes after the bodies goes out at once: nothing depends on an answer but whether others wrote one of the emails first, which ends the transaction. */
async function writePlanned(
  scope: StoreScope,
  turn: IncomingTurn,
  group: MailGroup,
  { decided, drafts, emails, parts }: GroupPlan,
): Promise<WrittenGroup> {
  const create = async (): Promise<void> => {
    const isMade = await scope.records.createMany(emails.table, emails.rows, skipping);
    if (!isMade.every(Boolean)) throw outdated();
  };
  // Bodies before emails, as always: workers that wait for each other's rows do so in one order.
  await scope.blobs.put(drafts.contents);
  const [, outcome] = await Promise.all([
    create(),
    settleGroup(scope, turn, group, { final: decided, made: drafts.emails }),
    addParts(scope, parts),
  ]);
  const isChanged = await linkEarlier(scope, turn, drafts.emails);
  return { ...outcome, asPlanned: !isChanged && outcome.failed === 0 };
}

const outdatedCode = 'mr_PlanOutdated';

/** Another worker stored one of the emails since the group was planned; what that means for the group is decided anew. */
const outdated = (): MailroomError =>
  new MailroomError('Another worker stored one of these messages first.', { code: outdatedCode, kind: 'conflict' });

const isOutdated = (thrown: unknown): boolean => thrown instanceof MailroomError && thrown.code === outdatedCode;

/** Notes what became of the messages of a group, beside the parts of its emails. */
async function settleGroup(
  scope: StoreScope,
  turn: IncomingTurn,
  group: MailGroup,
  { final, made }: { readonly final: readonly DecidedMail[]; readonly made: readonly DraftedEmail[] },
): Promise<WrittenGroup> {
  await addQueueItems(
    scope,
    turn,
    final.filter((one) => one.kind === 'stored'),
  );
  const faulty = final.flatMap((one) =>
    one.kind === 'failed' && one.error ? [brokenMail(one.identified.mail, one.error)] : [],
  );
  const broken = [...new Map([...group.broken, ...faulty].map((one) => [one.serverId, one])).values()];
  const settled = await quarantine(scope, turn, broken);
  const attachments = new Map(made.map((one) => [one.decided, one.attachments]));
  const noted = await noteDeliveries(scope, turn, final);
  await recordDecisions(scope, turn, final, group.broken, attachments, noted);
  await tellRefused(scope, turn, final);
  await noteTracking(scope, turn, { mails: group.mails, decided: final, broken });
  const done = await remember(scope, turn, group.mails, final, broken, settled);
  const stillBroken = new Set(broken.map((one) => one.serverId));
  for (const one of final) {
    const { quarantineId, serverId } = one.identified.mail.source;
    if (quarantineId === undefined || stillBroken.has(serverId)) continue;
    await release(scope, quarantineId, one.emailId);
    await forgetDecision(scope, turn.mailboxid, unreadIdentity(serverId));
  }
  const added = { done, tracked: made.length };
  await writeProgress(scope, turn, added);
  return {
    added,
    processed: final.length - faulty.length,
    failed: broken.length,
    newestOn: newest(group.mails.map((mail) => mail.receivedOn)),
    asPlanned: false,
  };
}

/** A message that another worker stored in the meantime counts as stored. */
function withdrawn(decided: DecidedMail, overtaken: ReadonlyMap<DecidedMail, string>): DecidedMail {
  const emailId = overtaken.get(decided);
  return emailId === undefined ? decided : { ...decided, kind: 'stored', emailId, queues: [] };
}

/** The messages of the server one by one; originals that came in one message stay together, for it is settled as a whole. */
function byServerId(mails: readonly IncomingMail[]): readonly (readonly IncomingMail[])[] {
  const messages = new Map<string, IncomingMail[]>();
  for (const mail of mails) {
    const { serverId } = mail.source;
    messages.set(serverId, [...(messages.get(serverId) ?? []), mail]);
  }
  return [...messages.values()];
}

/** A message that was read, as the quarantine takes it; of a recovered original the message it came in. */
function brokenMail(mail: IncomingMail, error: MailroomError): BrokenMail {
  const raw = mail.source.carrier?.raw ?? mail.source.raw;
  return {
    serverId: mail.source.serverId,
    raw,
    sizeBytes: raw.length,
    messageId: mail.message.messageId,
    subject: mail.message.subject,
    sender: mail.senderAddress,
    error,
  };
}

/** Whether an error may be the fault of a message: not when the lease or the database is gone. */
function isItemFault(thrown: unknown): boolean {
  if (!(thrown instanceof MailroomError)) return true;
  if (thrown.code === 'mr_LeaseLost') return false;
  return (
    thrown.kind === 'item' || thrown.kind === 'internal' || thrown.kind === 'conflict' || thrown.kind === 'notFound'
  );
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const newest = (dates: readonly (Date | undefined)[]): Date | undefined =>
  dates.reduce(
    (latest, date) => (date !== undefined && (latest === undefined || date > latest) ? date : latest),
    undefined,
  );
