import { asMailroomError, MailroomError } from '../../base/errors.ts';
import type { MailSender, SendReport } from '../../contracts/mail-sender.ts';
import type { StoreScope } from '../../store/database.ts';
import type { TurnOutcome } from '../turn.ts';
import { type ClaimedBatch, claimEmails } from './claim-emails.ts';
import { type AttachmentList, composeEmail, listAttachments } from './compose.ts';
import { decideOutcome, type SendResult } from './decide-outcome.ts';
import { forEachLimited } from './for-each-limited.ts';
import type { ClaimedEmail } from './outgoing-email.ts';
import { type OutgoingTurn, withLease } from './outgoing-turn.ts';
import { planThreads, type ThreadPlan } from './plan-threads.ts';
import { ReadyList } from './ready-list.ts';
import { reportBarely, reportRefused, reportSent, type SentEmail } from './report.ts';

/** Emails of one batch: at most two batches are Sending at a time, so few are uncertain after a crash (OU-06). */
const batchSize = 25;

/** Two batches take turns: one is on the wire while the other is reported and claimed. */
const lanes = 2;

/** Emails of one batch handed to the sender at a time; its pool of connections lets the rest wait. */
const mostAtOnce = 5;

/** Different emails that may meet broken connections in a row before the turn ends. */
const mostBrokenInARow = 3;

/** Waits before the outcome of a batch is written again when the store does not answer, milliseconds. */
const reportRetriesMs = [1000, 2000, 4000, 8000];

/** What the lanes of one turn share. */
interface Progress {
  readonly turn: OutgoingTurn;
  readonly sender: MailSender;
  readonly ready: ReadyList;
  taken: number;
  processed: number;
  failed: number;
  brokenInARow: number;
  error: MailroomError | undefined;
}

/** Sends what is due until nothing is left, the turn's share is used up, or the way to the server breaks; never throws. */
export async function sendDueEmails(turn: OutgoingTurn, sender: MailSender): Promise<TurnOutcome> {
  const progress: Progress = {
    turn,
    sender,
    ready: new ReadyList(turn.context),
    taken: 0,
    processed: 0,
    failed: 0,
    brokenInARow: 0,
    error: undefined,
  };
  await Promise.all(Array.from({ length: lanes }, () => runLane(progress)));
  const { processed, failed, taken, error } = progress;
  const more = error === undefined && taken >= turn.context.maxItems;
  return { itemsProcessed: processed, itemsFailed: failed, more, error };
}

async function runLane(progress: Progress): Promise<void> {
  let finished: readonly SentEmail[] = [];
  try {
    for (;;) {
      const emails = await reportAndClaim(progress, finished);
      finished = [];
      if (emails.length === 0) return;
      finished = await sendBatch(progress, emails);
    }
  } catch (thrown) {
    progress.error ??= asMailroomError(thrown);
  }
}

/** One transaction: the outcome of the batch before, and the next batch as Sending; empty when no more are due. */
async function reportAndClaim(progress: Progress, finished: readonly SentEmail[]): Promise<readonly ClaimedEmail[]> {
  let unreported = finished;
  for (;;) {
    const limit = howMany(progress);
    progress.taken += limit;
    const threads = await planThreads(progress.turn, await progress.ready.take(limit));
    if (unreported.length === 0 && threads.size === 0) {
      progress.taken -= limit;
      return [];
    }
    const batch = await (unreported.length === 0
      ? withLease(progress.turn.context, (scope) => claim(scope, progress, threads))
      : reportAnd(progress, unreported, (scope) => claim(scope, progress, threads)));
    progress.taken -= limit - batch.emails.length - batch.refused.length;
    progress.processed += unreported.filter((one) => isDone(one)).length;
    progress.failed += unreported.filter((one) => isFailed(one)).length + batch.refused.length;
    if (batch.emails.length > 0) return batch.emails;
    unreported = [];
  }
}

/** Claims, and fails at once what cannot be sent as it is. */
async function claim(
  scope: StoreScope,
  progress: Progress,
  threads: ReadonlyMap<string, ThreadPlan>,
): Promise<ClaimedBatch> {
  if (threads.size === 0) return { emails: [], refused: [] };
  const claimed = await claimEmails(scope, progress.turn, threads);
  for (const { row, error } of claimed.refused) await reportRefused(scope, progress.turn.context, row, error);
  return claimed;
}

function howMany(progress: Progress): number {
  const { context } = progress.turn;
  if (progress.error !== undefined || context.signal.aborted) return 0;
  return Math.max(0, Math.min(batchSize, context.maxItems - progress.taken));
}

const isDone = (one: SentEmail): boolean => one.decision.kind === 'sent' || one.decision.kind === 'partly';
const isFailed = (one: SentEmail): boolean => one.decision.kind === 'failed' || one.decision.kind === 'uncertain';

/** What happened on the wire is known only here: it is written again for a while when the store is away, and barely when it refuses something. */
async function reportAnd<T>(
  progress: Progress,
  finished: readonly SentEmail[],
  then: (scope: StoreScope) => Promise<T>,
): Promise<T> {
  const { context } = progress.turn;
  let report = reportSent;
  for (let run = 0; ; run += 1) {
    try {
      return await withLease(context, async (scope) => {
        await report(scope, context, finished);
        return then(scope);
      });
    } catch (thrown) {
      const error = asMailroomError(thrown);
      const delayMs = reportRetriesMs[run];
      if (delayMs === undefined || error.code === 'mr_LeaseLost') throw error;
      context.log.error({ error: error.message }, 'the outcome of sent emails could not be written; trying again');
      if (error.kind === 'transient') await context.clock.sleep(delayMs, context.signal);
      else report = reportBarely;
    }
  }
}

async function sendBatch(progress: Progress, emails: readonly ClaimedEmail[]): Promise<readonly SentEmail[]> {
  const { context } = progress.turn;
  const attachments = await listAttachments(
    context.database,
    emails.map((email) => email.id),
  );
  const limit = Math.min(context.profile.maxconcurrentconnections ?? mostAtOnce, mostAtOnce);
  const sent: SentEmail[] = [];
  await forEachLimited(emails, limit, async (email) => {
    sent.push(await sendOne(progress, email, attachments.get(email.id) ?? []));
  });
  return sent;
}

async function sendOne(progress: Progress, email: ClaimedEmail, attachments: AttachmentList): Promise<SentEmail> {
  const { context } = progress.turn;
  const result = await tryToSend(progress, email, attachments);
  const decision = decideOutcome(
    {
      attempts: email.row.deliveryattempts ?? 0,
      acceptedBefore: email.acceptedBefore,
      rejectedBefore: email.rejectedBefore,
      now: context.clock.now(),
    },
    result,
  );
  if (result.kind === 'report') progress.brokenInARow = 0;
  else if (decision.flowTrouble && !result.calledOff) noteTrouble(progress, result.error);
  return { email, result, decision };
}

/** A single broken connection may be one message's doing; several in a row, or a refusal of the account, end the turn. */
function noteTrouble(progress: Progress, error: MailroomError): void {
  progress.brokenInARow += 1;
  if (error.kind === 'transient' && progress.brokenInARow < mostBrokenInARow) return;
  progress.error ??= error;
}

async function tryToSend(progress: Progress, email: ClaimedEmail, attachments: AttachmentList): Promise<SendResult> {
  const { context } = progress.turn;
  if (progress.error !== undefined || context.signal.aborted) return notTouched(progress.error);
  if (email.recipients.length === 0) return { kind: 'report', report: nothingLeft };
  try {
    const mail = await composeEmail(context.database, email, attachments, context.clock.now());
    if (context.signal.aborted) return notTouched(undefined);
    return { kind: 'report', report: await progress.sender.send(mail, context.signal) };
  } catch (thrown) {
    return { kind: 'error', error: asMailroomError(thrown), calledOff: context.signal.aborted };
  }
}

/** The wire was not touched: the email waits for the next turn, uncounted. */
function notTouched(cause: MailroomError | undefined): SendResult {
  const words = cause?.message ?? 'The service stopped before it was handed over; it goes with the next turn.';
  return {
    kind: 'error',
    error: new MailroomError(words, { code: cause?.code ?? 'mr_NotHandedOver', kind: 'transient' }),
    calledOff: true,
  };
}

const nothingLeft: SendReport = { recipients: [], serverReply: '' };
