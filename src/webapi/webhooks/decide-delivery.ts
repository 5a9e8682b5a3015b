/** What came of one attempt to deliver. */
export type AttemptResult =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfterMs?: number | undefined }
  | { readonly kind: 'failed'; readonly reason: string }
  /** The subscription itself is wrong (a filter that cannot be read): trying again would not help. */
  | { readonly kind: 'broken'; readonly reason: string };

/** What to do with a delivery after an attempt. */
export type DeliveryDecision =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly afterMs: number; readonly why: string }
  | { readonly kind: 'giveUp'; readonly why: string; readonly disablesWebhook: boolean };

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Waits between attempts; after the last one the delivery is given up (about three days in all). */
export const retryDelaysMs: readonly number[] = [
  5 * second,
  30 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  6 * hour,
  12 * hour,
  24 * hour,
  24 * hour,
];

/** Decides by the answer of attempt number `attempts` (1 is the first): 2xx delivers, 410 means the receiver is gone for good, everything else is tried again. Pure. */
export function decideDelivery(result: AttemptResult, attempts: number): DeliveryDecision {
  if (result.kind === 'answered' && result.status >= 200 && result.status < 300) return { kind: 'delivered' };
  if (result.kind === 'answered' && result.status === 410)
    return { kind: 'giveUp', why: 'The receiver answered 410: it is gone for good.', disablesWebhook: true };
  if (result.kind === 'broken') return { kind: 'giveUp', why: result.reason, disablesWebhook: false };
  const why =
    result.kind === 'failed'
      ? result.reason
      : `The receiver answered ${result.status}${result.status >= 300 && result.status < 400 ? ' (redirects are not followed)' : ''}.`;
  const delay = retryDelaysMs[attempts - 1];
  if (delay === undefined)
    return { kind: 'giveUp', why: `${why} That was attempt ${attempts}, the last.`, disablesWebhook: false };
  const asked = result.kind === 'answered' ? Math.min(result.retryAfterMs ?? 0, 24 * hour) : 0;
  return { kind: 'retry', afterMs: Math.max(delay, asked), why };
}
