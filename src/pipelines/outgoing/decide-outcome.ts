import type { MailroomError } from '../../base/errors.ts';
import type { RecipientOutcome, SendReport } from '../../contracts/mail-sender.ts';

/** What came of handing one email to the server. */
export type SendResult =
  | { readonly kind: 'report'; readonly report: SendReport }
  /** Nothing can be said per recipient; `calledOff` when we ended it ourselves (stop, lost lease). */
  | { readonly kind: 'error'; readonly error: MailroomError; readonly calledOff: boolean };

/** The email as it stood before this try. */
export interface AttemptState {
  /** Tries before this one. */
  readonly attempts: number;
  /** Recipients that a server took, or refused for good, on earlier tries. */
  readonly acceptedBefore: number;
  readonly rejectedBefore: readonly string[];
  readonly now: Date;
  /** Tries before it fails for good, and the time between two, milliseconds (OU-11). */
  readonly patience: { readonly attempts: number; readonly retryDelayMs: number };
}

/** What becomes of the email. */
export interface OutcomeDecision {
  /**
   * `sent` to all; `partly` to some, and no more tries; `retry` later (some may have it); `failed`; `uncertain`, never tried
   * again by itself; `hold`: not the email's trouble, back to Pending Send uncounted.
   */
  readonly kind: 'sent' | 'partly' | 'retry' | 'failed' | 'uncertain' | 'hold';
  /** Tries counted so far. */
  readonly attempts: number;
  readonly nextAttemptOn: Date | undefined;
  /** Code of the cause; empty when all went well. */
  readonly code: string;
  /** Cause in plain words; empty when all went well. */
  readonly reason: string;
  /** True when the trouble is the connection's or the mailbox's: the flow reacts to it (scheduler/health). */
  readonly flowTrouble: boolean;
}

type ErrorFate = 'retry' | 'failed' | 'hold';

/** What an error without a word per recipient means for the email, by kind (OU-11 to OU-13, SC-13). */
const fateOfError: Readonly<Record<MailroomError['kind'], { readonly fate: ErrorFate; readonly flow: boolean }>> = {
  transient: { fate: 'retry', flow: true },
  throttled: { fate: 'hold', flow: true },
  credentials: { fate: 'hold', flow: true },
  configuration: { fate: 'hold', flow: true },
  notFound: { fate: 'hold', flow: true },
  conflict: { fate: 'hold', flow: true },
  item: { fate: 'failed', flow: false },
  internal: { fate: 'retry', flow: false },
};

/** Decides what becomes of an email after one try (OU-10 to OU-13, PAIN-11). Pure. */
export function decideOutcome(state: AttemptState, result: SendResult): OutcomeDecision {
  return result.kind === 'report' ? afterReport(state, result.report) : afterError(state, result);
}

function afterError(state: AttemptState, result: Extract<SendResult, { kind: 'error' }>): OutcomeDecision {
  const { error } = result;
  const base = { code: error.code, reason: error.message, nextAttemptOn: undefined };
  if (error.uncertain) {
    return { ...base, kind: 'uncertain', attempts: state.attempts + 1, flowTrouble: error.kind === 'transient' };
  }
  if (result.calledOff) return { ...base, kind: 'hold', attempts: state.attempts, flowTrouble: false };
  const { fate, flow } = fateOfError[error.kind];
  if (fate === 'hold') {
    const wait = error.kind === 'throttled' ? laterOn(state, error.retryAfterMs) : undefined;
    return { ...base, kind: 'hold', attempts: state.attempts, nextAttemptOn: wait, flowTrouble: flow };
  }
  const attempts = state.attempts + 1;
  if (fate === 'retry' && attempts < state.patience.attempts) {
    const nextAttemptOn = laterOn(state, error.retryAfterMs);
    return { ...base, kind: 'retry', attempts, nextAttemptOn, flowTrouble: flow };
  }
  const kind = state.acceptedBefore > 0 ? 'partly' : 'failed';
  return { ...base, kind, attempts, flowTrouble: flow };
}

function afterReport(state: AttemptState, report: SendReport): OutcomeDecision {
  const of = (outcome: RecipientOutcome['outcome']): readonly RecipientOutcome[] =>
    report.recipients.filter((one) => one.outcome === outcome);
  const deferred = of('deferred');
  const rejected = of('rejected');
  const uncertain = of('uncertain');
  const attempts = state.attempts + 1;
  const ended = { attempts, nextAttemptOn: undefined, flowTrouble: false };
  if (uncertain.length > 0) {
    const reason = wordsOf(uncertain, 'may or may not have taken the message for');
    return { ...ended, kind: 'uncertain', code: 'mr_SendUncertain', reason };
  }
  if (deferred.length > 0 && attempts < state.patience.attempts) {
    const nextAttemptOn = laterOn(state, report.retryAfterMs);
    return {
      ...ended,
      kind: 'retry',
      nextAttemptOn,
      code: 'mr_RecipientDeferred',
      reason: wordsOf(deferred, 'deferred'),
    };
  }
  const anyAccepted = state.acceptedBefore > 0 || of('accepted').length > 0;
  const lost = [...rejected, ...deferred];
  if (lost.length === 0 && state.rejectedBefore.length === 0) {
    return { ...ended, kind: 'sent', code: '', reason: '' };
  }
  const early = state.rejectedBefore.map((address) => `${address} was refused on an earlier attempt.`);
  const words = [...(lost.length > 0 ? [wordsOf(lost, 'refused')] : []), ...early].join(' ');
  const code = deferred.length > 0 ? 'mr_AttemptsUsedUp' : 'mr_RecipientRejected';
  return { ...ended, kind: anyAccepted ? 'partly' : 'failed', code, reason: words };
}

/** The server's delay counts when it is longer than ours (SC-13). */
function laterOn({ now, patience }: AttemptState, retryAfterMs: number | undefined): Date {
  return new Date(now.getTime() + Math.max(patience.retryDelayMs, retryAfterMs ?? 0));
}

function wordsOf(recipients: readonly RecipientOutcome[], verb: string): string {
  const shown = recipients.slice(0, 10).map((one) => `The server ${verb} ${one.address}: "${one.reply}".`);
  const more = recipients.length - shown.length;
  return [...shown, ...(more > 0 ? [`And ${more} more.`] : [])].join(' ');
}
