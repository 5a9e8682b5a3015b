import type { MailroomError } from '../../base/errors.ts';
import type { RecipientOutcome, SendReport } from '../../contracts/mail-sender.ts';

/**
 * Recipients the server put off only because the message had too many (RFC 5321 4.5.3.1.10, RFC 3463 X.5.3), while it took others:
 * they may have a copy of their own at once. Empty when it took nobody, for then a further try would change nothing.
 */
export function putOffByNumber(report: SendReport): readonly string[] {
  if (!report.recipients.some((one) => one.outcome === 'accepted')) return [];
  return report.recipients.filter(isByNumber).map((one) => one.address);
}

function isByNumber(one: RecipientOutcome): boolean {
  if (one.outcome !== 'deferred') return false;
  return /^[45]\.5\.3$/.test(one.enhancedCode ?? '') || /too many recipients/i.test(one.reply);
}

/** The fates of recipients of a copy that failed with an error, after another copy had gone out: `underWay` were on it, `left` not yet. */
export function afterError(error: MailroomError, underWay: readonly string[], left: readonly string[]): SendReport {
  const reply = error.serverReply ?? error.message;
  const fate = (address: string, outcome: RecipientOutcome['outcome']): RecipientOutcome => ({
    address,
    outcome,
    reply,
  });
  const ofGroup = error.uncertain ? 'uncertain' : error.kind === 'item' ? 'rejected' : 'deferred';
  return {
    recipients: [
      ...underWay.map((address) => fate(address, ofGroup)),
      ...left.map((address) => fate(address, ofGroup === 'rejected' ? ofGroup : 'deferred')),
    ],
    serverReply: reply,
    retryAfterMs: error.retryAfterMs,
  };
}

/** One report out of those of several copies: the last word on each recipient, in the order of `addresses`. */
export function joinReports(reports: readonly SendReport[], addresses: readonly string[]): SendReport {
  const [only] = reports;
  if (reports.length === 1 && only !== undefined) return only;
  const fates = new Map(reports.flatMap((report) => report.recipients).map((one) => [one.address, one]));
  const longest = Math.max(0, ...reports.map((report) => report.retryAfterMs ?? 0));
  return {
    recipients: addresses.flatMap((address) => fates.get(address) ?? []),
    serverReply: reports.at(-1)?.serverReply ?? '',
    ...(longest > 0 ? { retryAfterMs: longest } : {}),
  };
}
