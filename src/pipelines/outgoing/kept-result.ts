import { MailroomError, type MailroomErrorDetail } from '../../base/errors.ts';
import type { SendReport } from '../../contracts/mail-sender.ts';
import type { SendResult } from './decide-outcome.ts';

/** A SendResult as JSON: an error without its cause. */
export type KeptResult =
  | { readonly kind: 'report'; readonly report: SendReport }
  | {
      readonly kind: 'error';
      readonly message: string;
      readonly detail: MailroomErrorDetail;
      readonly calledOff: boolean;
    };

/** What came of handing an email over, to be written down. */
export function keptResult(result: SendResult): KeptResult {
  if (result.kind === 'report') return result;
  const { message, code, kind, retryAfterMs, serverReply, uncertain } = result.error;
  const detail = { code, kind, retryAfterMs, serverReply, uncertain };
  return { kind: 'error', message, detail, calledOff: result.calledOff };
}

/** The other way round. */
export function resultOf(kept: KeptResult): SendResult {
  if (kept.kind === 'report') return kept;
  return { kind: 'error', error: new MailroomError(kept.message, kept.detail), calledOff: kept.calledOff };
}
