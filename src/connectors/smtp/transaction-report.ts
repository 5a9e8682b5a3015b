import type { RecipientOutcome, SendReport } from '../../contracts/mail-sender.ts';
import { retryAfterOf } from './retry-after.ts';
import { judgeReply, type SmtpStage, type SmtpVerdict } from './smtp-outcome.ts';
import type { SmtpReply } from './smtp-reply.ts';

/** How a transaction ended by the server's replies alone. */
export type TransactionEnd =
  | { readonly kind: 'report'; readonly report: SendReport }
  | {
      readonly kind: 'failed';
      readonly stage: SmtpStage;
      readonly reply: SmtpReply;
      readonly verdict: Extract<SmtpVerdict, { verdict: 'failed' }>;
    }
  /** Too few replies to say: the conversation broke before. */
  | { readonly kind: 'unfinished' };

const unfinished: TransactionEnd = { kind: 'unfinished' };

/**
 * The fate of every recipient from the replies to MAIL, each RCPT, DATA and the final dot, in that order (RFC 5321 3.3).
 * A refusal that speaks of the whole message becomes the fate of all recipients it concerned; trouble of the
 * account or the server (EC-09, EC-13, EC-17) becomes a failure unless somebody already got the message.
 */
export function reportTransaction(recipients: readonly string[], replies: readonly SmtpReply[]): TransactionEnd {
  const [mail, ...rest] = replies;
  if (mail === undefined) return unfinished;
  const mailVerdict = judgeReply('mail', mail);
  if (mailVerdict.verdict === 'failed') return { kind: 'failed', stage: 'mail', reply: mail, verdict: mailVerdict };
  if (mailVerdict.verdict !== 'accepted')
    return report(
      recipients.map((address) => fate(address, mail, mailVerdict)),
      mail,
    );
  const answers = rest.slice(0, recipients.length);
  const closing = answers.find((reply) => reply.code === 421);
  if (answers.length < recipients.length && closing === undefined) return unfinished;
  const verdicts = answers.map((reply) => judgeReply('rcpt', reply));
  const [data, content] = rest.slice(recipients.length);
  if (closing !== undefined || !verdicts.some((verdict) => verdict.verdict === 'accepted')) {
    return nobodyAccepted(recipients, answers, verdicts);
  }
  return afterEnvelope({ recipients, answers, verdicts, data, content });
}

interface Envelope {
  readonly recipients: readonly string[];
  readonly answers: readonly SmtpReply[];
  readonly verdicts: readonly SmtpVerdict[];
  readonly data: SmtpReply | undefined;
  readonly content: SmtpReply | undefined;
}

function afterEnvelope(envelope: Envelope): TransactionEnd {
  const { recipients, answers, verdicts, data, content } = envelope;
  if (data === undefined) return unfinished;
  const dataVerdict = judgeReply('data', data);
  if (dataVerdict.verdict === 'failed') return { kind: 'failed', stage: 'data', reply: data, verdict: dataVerdict };
  if (dataVerdict.verdict === 'accepted' && content === undefined) return unfinished;
  const last = dataVerdict.verdict === 'accepted' && content !== undefined ? content : data;
  const final = last === data ? dataVerdict : judgeReply('content', last);
  if (final.verdict === 'failed') return { kind: 'failed', stage: 'content', reply: last, verdict: final };
  const fates = recipients.map((address, index) => {
    const answer = answers[index] ?? last;
    const verdict = verdicts[index] ?? final;
    return verdict.verdict === 'accepted' ? fate(address, last, final) : fate(address, answer, verdict);
  });
  return report(fates, last);
}

function nobodyAccepted(
  recipients: readonly string[],
  answers: readonly SmtpReply[],
  verdicts: readonly SmtpVerdict[],
): TransactionEnd {
  for (const [index, verdict] of verdicts.entries()) {
    const reply = answers[index];
    if (verdict.verdict === 'failed' && reply !== undefined) return { kind: 'failed', stage: 'rcpt', reply, verdict };
  }
  const last = answers[answers.length - 1];
  if (last === undefined) return unfinished;
  const fates = recipients.map((address, index) =>
    fate(address, answers[index] ?? last, verdicts[index] ?? { verdict: 'deferred' }),
  );
  return report(fates, last);
}

/** A failure among recipients others of whom got the message: to be tried again unless it is final. */
function outcomeOf(verdict: SmtpVerdict): RecipientOutcome['outcome'] {
  if (verdict.verdict !== 'failed') return verdict.verdict;
  return verdict.kind === 'transient' || verdict.kind === 'throttled' ? 'deferred' : 'rejected';
}

function fate(address: string, reply: SmtpReply, verdict: SmtpVerdict): RecipientOutcome {
  return {
    address,
    outcome: outcomeOf(verdict),
    replyCode: reply.code === 0 ? undefined : reply.code,
    enhancedCode: reply.enhancedCode,
    reply: reply.text,
  };
}

function report(recipients: readonly RecipientOutcome[], last: SmtpReply): TransactionEnd {
  const delays = recipients.filter((one) => one.outcome === 'deferred').map((one) => retryAfterOf(one.reply) ?? 0);
  const longest = Math.max(0, ...delays);
  return {
    kind: 'report',
    report: { recipients, serverReply: last.text, ...(longest > 0 ? { retryAfterMs: longest } : {}) },
  };
}
