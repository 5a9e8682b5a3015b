import { asMailroomError, MailroomError } from '../../base/errors.ts';
import type { StoreScope } from '../../store/database.ts';
import { forgetDecision, writeDecisions } from '../decisions.ts';
import { type DecidedMail, decideGroup } from './decide-group.ts';
import { decisionOf, decisionOfBroken } from './decision-of.ts';
import type { IncomingMail } from './incoming-mail.ts';
import { type IncomingTurn, withLease } from './incoming-turn.ts';
import type { KeptAttachments } from './keep-attachments.ts';
import { addQueueItems, promote } from './promote.ts';
import { type BrokenMail, quarantine, release } from './quarantine.ts';

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
}

/** Errors of messages that, when every one of this many shows them alike, are no messages' fault. */
const systemicCount = 3;

/**
 * Deals with a group in one transaction: all of it is durable or nothing (IN-30). Where a message's own fault ends the transaction,
 * the group is taken one by one and the faulty one goes to the quarantine (PAIN-02). Throws what is nobody's fault here: a lost lease,
 * a database that is gone.
 */
export async function commitGroup(turn: IncomingTurn, group: MailGroup): Promise<GroupOutcome> {
  if (group.mails.length === 0 && group.broken.length === 0) return { processed: 0, failed: 0, newestOn: undefined };
  try {
    return await withLease(turn, (scope) => writeGroup(scope, turn, group));
  } catch (thrown) {
    if (!isItemFault(thrown)) throw thrown;
    return commitOneByOne(turn, group, thrown);
  }
}

async function commitOneByOne(turn: IncomingTurn, group: MailGroup, first: unknown): Promise<GroupOutcome> {
  const outcomes: GroupOutcome[] = [];
  const failed: BrokenMail[] = [];
  for (const mail of group.mails) {
    try {
      outcomes.push(await withLease(turn, (scope) => writeGroup(scope, turn, { mails: [mail], broken: [] })));
    } catch (thrown) {
      if (!isItemFault(thrown)) throw thrown;
      failed.push(brokenMail(mail, asMailroomError(thrown)));
    }
  }
  const isSystemic = failed.length === group.mails.length && failed.length >= systemicCount;
  if (isSystemic && failed.every(({ error }) => error.kind === 'internal')) throw asMailroomError(first);
  outcomes.push(
    await withLease(turn, (scope) => writeGroup(scope, turn, { mails: [], broken: [...group.broken, ...failed] })),
  );
  return {
    processed: sum(outcomes.map((one) => one.processed)),
    failed: sum(outcomes.map((one) => one.failed)),
    newestOn: newest(outcomes.map((one) => one.newestOn)),
  };
}

async function writeGroup(scope: StoreScope, turn: IncomingTurn, group: MailGroup): Promise<GroupOutcome> {
  const decided = group.mails.length === 0 ? [] : await decideGroup(scope, turn, group.mails);
  const { made, overtaken } = await promote(
    scope,
    turn,
    decided.filter((one) => one.kind === 'accepted'),
  );
  const final = decided.map((one) => withdrawn(one, overtaken));
  await addQueueItems(
    scope,
    turn,
    final.filter((one) => one.kind === 'stored'),
  );
  const faulty = final.flatMap((one) =>
    one.kind === 'failed' && one.error ? [brokenMail(one.identified.mail, one.error)] : [],
  );
  const broken = [...group.broken, ...faulty];
  const settled = await quarantine(scope, turn, broken);
  await recordDecisions(scope, turn, final, group.broken, new Map(made.map((one) => [one.decided, one.attachments])));
  await remember(scope, turn, group, final, broken, settled);
  for (const one of final) {
    const { quarantineId } = one.identified.mail.source;
    if (quarantineId === undefined || one.kind === 'failed') continue;
    await release(scope, quarantineId, one.emailId);
    await forgetDecision(scope, turn.mailboxid, unreadIdentity(one.identified.mail.source.serverId));
  }
  return {
    processed: final.length - faulty.length,
    failed: broken.length,
    newestOn: newest(group.mails.map((mail) => mail.receivedOn)),
  };
}

/** A message that another worker stored in the meantime counts as stored. */
function withdrawn(decided: DecidedMail, overtaken: ReadonlyMap<DecidedMail, string>): DecidedMail {
  const emailId = overtaken.get(decided);
  return emailId === undefined ? decided : { ...decided, kind: 'stored', emailId, queues: [] };
}

async function recordDecisions(
  scope: StoreScope,
  turn: IncomingTurn,
  decided: readonly DecidedMail[],
  broken: readonly BrokenMail[],
  attachments: ReadonlyMap<DecidedMail, KeptAttachments>,
): Promise<void> {
  const replaces = (one: DecidedMail): boolean =>
    turn.isReevaluating ||
    one.identified.decision !== undefined ||
    one.identified.mail.source.quarantineId !== undefined;
  const written = (mails: readonly DecidedMail[]) =>
    mails.flatMap((one) => decisionOf(turn.mailboxid, one, attachments.get(one)) ?? []);
  await writeDecisions(scope, written(decided.filter((one) => !replaces(one))), false);
  await writeDecisions(scope, written(decided.filter(replaces)), true);
  const unread = broken.map((one) => decisionOfBroken(turn.mailboxid, one, unreadIdentity(one.serverId)));
  await writeDecisions(scope, unread, true);
}

/** What need not be fetched again; deletion on the server is due for what was dealt with (UD-03). */
async function remember(
  scope: StoreScope,
  turn: IncomingTurn,
  group: MailGroup,
  decided: readonly DecidedMail[],
  broken: readonly BrokenMail[],
  settled: readonly string[],
): Promise<void> {
  const keep = new Set([
    ...broken.map((one) => one.serverId),
    ...decided.flatMap((one) => (isTooOld(one) ? [one.identified.mail.source.serverId] : [])),
  ]);
  const failedIds = new Set(broken.map((one) => one.serverId));
  const dealtWith = group.mails.map((mail) => mail.source.serverId).filter((serverId) => !failedIds.has(serverId));
  await scope.sightings.add(
    turn.mailboxid,
    [...dealtWith, ...settled].map((serverId) => ({
      serverId,
      deletionDue: turn.deletesProcessed && !keep.has(serverId),
    })),
  );
}

/** Messages from before the start date were not processed; they stay on the server. */
function isTooOld(decided: DecidedMail): boolean {
  const code = decided.kind === 'known' ? decided.identified.decision?.code : decided.verdict?.code;
  return code === 'BeforeStartDate';
}

/** The identity under which the decision stands as long as the message could not be read. */
const unreadIdentity = (serverId: string): string => `unread:${serverId}`.slice(0, 400);

/** A message that was read, as the quarantine takes it. */
function brokenMail(mail: IncomingMail, error: MailroomError): BrokenMail {
  return {
    serverId: mail.source.serverId,
    raw: mail.source.raw,
    sizeBytes: mail.source.raw.length,
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
