import { asMailroomError, MailroomError } from '../../base/errors.ts';
import type { MailSender, NextMail, OutgoingMail, SendReport } from '../../contracts/mail-sender.ts';
import { SentCopy } from '../../tables/choices.ts';
import type { TurnOutcome } from '../turn.ts';
import { ClaimedSupply, type SuppliedEmail } from './claimed-supply.ts';
import { decideOutcome, type SendResult } from './decide-outcome.ts';
import { notHandedOver } from './not-handed-over.ts';
import { OutcomeReporter } from './outcome-reporter.ts';
import type { ClaimedEmail } from './outgoing-email.ts';
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
  const supply = new ClaimedSupply(progress);
  const { lease, profile } = turn.context;
  // One email a connection: more would wait for one with an entry in the journal already, uncertain after a crash.
  const allowed = [lease.connections ?? mostAtOnce, profile.maxconcurrentconnections ?? mostAtOnce];
  const lanes = Math.max(1, Math.min(...allowed, mostAtOnce));
  const journal = new WireJournal(turn.context, lanes, () => supply.composeAhead());
  const reporter = new OutcomeReporter(progress, journal);
  const desk: Desk = { progress, sender, supply, journal, reporter };
  const reporting = reporter.run();
  await Promise.all(Array.from({ length: lanes }, () => handOver(desk)));
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

/** Hands over one email after the other; the one that follows is named as soon as it is known. */
async function handOver(desk: Desk): Promise<void> {
  let following: SuppliedEmail | undefined;
  const next = (): OutgoingMail | undefined => {
    following ??= desk.progress.isOver ? undefined : desk.supply.nextMade();
    return following?.mail;
  };
  for (let one = await desk.supply.next(); one !== undefined; one = following ?? (await desk.supply.next())) {
    following = undefined;
    desk.reporter.add(await sendOne(desk, one, next));
  }
}

async function sendOne(desk: Desk, supplied: SuppliedEmail, next: NextMail): Promise<SentEmail> {
  const { progress } = desk;
  const { email } = supplied;
  const { result, mail } = await tryToSend(desk, supplied, next);
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
  const copy = mail && isAccepted(result) ? await keepCopy(desk, email, mail) : undefined;
  return { email, result, decision, copy };
}

const isAccepted = (result: SendResult): boolean =>
  result.kind === 'report' && result.report.recipients.some((one) => one.outcome === 'accepted');

/** OU-14: a copy that cannot be stored now is due; it never troubles the sending. */
async function keepCopy(desk: Desk, email: ClaimedEmail, mail: OutgoingMail): Promise<SentEmail['copy']> {
  const { context } = desk.progress.turn;
  if (desk.sender.keepCopy === undefined || email.row.mr_sentcopy === SentCopy.kept) return undefined;
  try {
    await desk.sender.keepCopy(mail, context.signal);
    return 'kept';
  } catch (thrown) {
    context.log.warn({ error: asMailroomError(thrown).message }, 'a copy of a sent email could not be stored');
    return 'due';
  }
}

/** What came of it, with the message when it was handed over. */
interface Attempt {
  readonly result: SendResult;
  readonly mail?: OutgoingMail;
}

async function tryToSend(desk: Desk, supplied: SuppliedEmail, next: NextMail): Promise<Attempt> {
  const { progress, journal, sender } = desk;
  const { context } = progress.turn;
  const { email } = supplied;
  if (progress.isOver) return notTouched(progress.error);
  if (email.recipients.length === 0) return { result: { kind: 'report', report: nothingLeft } };
  const mail = await supplied.compose();
  if (mail instanceof MailroomError) return { result: { kind: 'error', error: mail, calledOff: false } };
  if (progress.isOver) return notTouched(progress.error);
  let permission: Promise<void> | undefined;
  const ask = (): Promise<void> => {
    permission ??= journal.begin(email.id);
    return permission;
  };
  const sent = await sender.send(mail, context.signal, ask, next).catch(asError);
  const forbidden = await permission?.then(() => undefined, asError);
  progress.error ??= forbidden;
  if (forbidden !== undefined && sent instanceof MailroomError) return notTouched(forbidden);
  const result: SendResult =
    sent instanceof MailroomError
      ? { kind: 'error', error: sent, calledOff: context.signal.aborted }
      : { kind: 'report', report: sent };
  if (permission !== undefined) journal.end(email.id, result);
  return { result, mail };
}

const asError = (thrown: unknown): MailroomError => asMailroomError(thrown);

/** The wire was not touched: the email waits for the next turn, uncounted. */
const notTouched = (cause: MailroomError | undefined): Attempt => ({ result: notHandedOver(cause) });

const nothingLeft: SendReport = { recipients: [], serverReply: '' };
