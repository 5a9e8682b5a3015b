import { asMailroomError, MailroomError } from '../../base/errors.ts';
import type { MailSender, SendReport } from '../../contracts/mail-sender.ts';
import type { TurnOutcome } from '../turn.ts';
import { ClaimedSupply, type SuppliedEmail } from './claimed-supply.ts';
import { composeEmail } from './compose.ts';
import { decideOutcome, type SendResult } from './decide-outcome.ts';
import { OutcomeReporter } from './outcome-reporter.ts';
import type { OutgoingTurn } from './outgoing-turn.ts';
import type { SentEmail } from './report.ts';
import { TurnProgress } from './turn-progress.ts';
import { WireJournal } from './wire-journal.ts';

/** Emails of one turn on the wire at a time: so many at most are uncertain after a crash (OU-06). */
const mostAtOnce = 5;

/** What those who hand emails over share. */
interface Desk {
  readonly progress: TurnProgress;
  readonly sender: MailSender;
  readonly supply: ClaimedSupply;
  readonly journal: WireJournal;
  readonly reporter: OutcomeReporter;
}

/** Sends what is due until nothing is left, the turn's share is used up, or the way to the server breaks; never throws. */
export async function sendDueEmails(turn: OutgoingTurn, sender: MailSender): Promise<TurnOutcome> {
  const progress = new TurnProgress(turn);
  const journal = new WireJournal(turn.context);
  const reporter = new OutcomeReporter(progress, journal);
  const desk: Desk = { progress, sender, supply: new ClaimedSupply(progress), journal, reporter };
  const reporting = reporter.run();
  const atOnce = Math.min(turn.context.profile.maxconcurrentconnections ?? mostAtOnce, mostAtOnce);
  await Promise.all(Array.from({ length: Math.max(1, atOnce) }, () => handOver(desk)));
  reporter.close();
  await reporting;
  const { processed, failed, error } = progress;
  return {
    itemsProcessed: processed,
    itemsFailed: failed,
    more: error === undefined && desk.supply.isShareUsedUp,
    nextDueOn: progress.pausedUntil,
    error,
  };
}

/** Hands over one email after the other. */
async function handOver(desk: Desk): Promise<void> {
  for (let next = await desk.supply.next(); next !== undefined; next = await desk.supply.next()) {
    desk.reporter.add(await sendOne(desk, next));
  }
}

async function sendOne(desk: Desk, supplied: SuppliedEmail): Promise<SentEmail> {
  const { progress } = desk;
  const { email } = supplied;
  const result = await tryToSend(desk, supplied);
  const decision = decideOutcome(
    {
      attempts: email.row.deliveryattempts ?? 0,
      acceptedBefore: email.acceptedBefore,
      rejectedBefore: email.rejectedBefore,
      now: progress.turn.context.clock.now(),
      patience: progress.turn.context.settings.sending,
    },
    result,
  );
  if (result.kind === 'report') progress.noteAnswer();
  else if (decision.flowTrouble && !result.calledOff) progress.noteTrouble(result.error);
  return { email, result, decision };
}

async function tryToSend(desk: Desk, supplied: SuppliedEmail): Promise<SendResult> {
  const { progress, journal, sender } = desk;
  const { context } = progress.turn;
  const { email } = supplied;
  if (progress.isOver) return notTouched(progress.error);
  if (email.recipients.length === 0) return { kind: 'report', report: nothingLeft };
  const mail = await composeEmail(context.database, email, supplied.attachments, context.clock.now()).catch(asError);
  if (mail instanceof MailroomError) return { kind: 'error', error: mail, calledOff: false };
  if (progress.isOver) return notTouched(progress.error);
  const permission = journal.begin(email.id);
  const sent = await sender.send(mail, context.signal, permission).catch(asError);
  const forbidden = await permission.then(() => undefined, asError);
  progress.error ??= forbidden;
  if (forbidden !== undefined && sent instanceof MailroomError) return notTouched(forbidden);
  const result: SendResult =
    sent instanceof MailroomError
      ? { kind: 'error', error: sent, calledOff: context.signal.aborted }
      : { kind: 'report', report: sent };
  journal.end(email.id, result);
  return result;
}

const asError = (thrown: unknown): MailroomError => asMailroomError(thrown);

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
