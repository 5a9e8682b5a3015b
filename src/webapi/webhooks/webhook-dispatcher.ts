import type { Clock } from '../../base/clock.ts';
import { asMailroomError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { StoreScope } from '../../store/database.ts';
import { WebhookEvent } from '../../tables/choices.ts';
import { type AttemptResult, decideDelivery } from './decide-delivery.ts';
import { claimDeliveries, type DueDelivery, settleDelivery } from './outbox.ts';
import type { PostWebhook } from './post-webhook.ts';
import { signatureHeaders } from './signature.ts';

/** The record as its reader sees it in the Web API; undefined when it is gone, not theirs, or fails the filter. */
export type ReadRecordAs = (
  systemuserid: string,
  table: string,
  id: string,
  query: { readonly filter: string | null; readonly select: string | null },
) => Promise<Readonly<Record<string, unknown>> | undefined>;

export interface WebhookDispatcherOptions {
  readonly sql: StoreScope['sql'];
  readonly readAs: ReadRecordAs;
  /** Opens the sealed secret of a webhook. */
  readonly openSecret: (sealed: string, webhookid: string) => string;
  readonly post: PostWebhook;
  readonly clock: Clock;
  readonly log: Log;
}

/** Delivers events from the outbox, at least once each; the id stays the same in every attempt. */
export interface WebhookDispatcher {
  start(): void;
  stop(): Promise<void>;
  /** Attempts what is due now; returns how many. */
  deliverDue(): Promise<number>;
}

/** Time between two looks at the outbox, milliseconds. */
const lookMs = 1000;
/** Deliveries attempted side by side. */
const atOnce = 16;

const eventNames: Readonly<Record<number, string>> = {
  [WebhookEvent.create]: 'create',
  [WebhookEvent.update]: 'update',
  [WebhookEvent.delete]: 'delete',
  [WebhookEvent.test]: 'test',
};

/** Makes the dispatcher; nothing runs before `start` or `deliverDue`. */
export function createWebhookDispatcher(options: WebhookDispatcherOptions): WebhookDispatcher {
  const { sql, clock, log } = options;
  const ending = new AbortController();
  let loop: Promise<void> = Promise.resolve();
  const deliverDue = async (): Promise<number> => {
    const due = await claimDeliveries(sql, clock.now(), atOnce);
    await Promise.all(due.map((delivery) => attempt(options, delivery, ending.signal)));
    return due.length;
  };
  const run = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      const done = await deliverDue().catch((error: unknown) => {
        log.warn({ err: asMailroomError(error) }, 'webhooks could not be delivered; the next look tries again');
        return 0;
      });
      if (done < atOnce) await clock.sleep(lookMs, ending.signal);
    }
  };
  return {
    start: () => {
      loop = run();
    },
    stop: async () => {
      ending.abort();
      await loop;
    },
    deliverDue,
  };
}

async function attempt(options: WebhookDispatcherOptions, delivery: DueDelivery, signal: AbortSignal): Promise<void> {
  const { sql, clock, log } = options;
  const result = await attemptResult(options, delivery, signal);
  if (result === 'notWanted') {
    const why = 'The record does not fulfil the filter, is gone, or is not visible to the owner of the webhook.';
    return settleDelivery(sql, delivery, { kind: 'notWanted', why }, undefined, clock.now());
  }
  // A stop is no fault of the receiver: the claim runs out and the delivery is attempted again.
  if (signal.aborted && result.kind === 'failed') return;
  const decision = decideDelivery(result, delivery.attempts);
  if (decision.kind === 'giveUp') log.warn({ webhookid: delivery.webhookid, delivery: delivery.id }, decision.why);
  const status = result.kind === 'answered' ? result.status : undefined;
  await settleDelivery(sql, delivery, decision, status, clock.now());
}

async function attemptResult(
  options: WebhookDispatcherOptions,
  delivery: DueDelivery,
  signal: AbortSignal,
): Promise<AttemptResult | 'notWanted'> {
  try {
    const data = await dataOf(options, delivery);
    if (data === undefined) return 'notWanted';
    const event = eventNames[delivery.event] ?? 'unknown';
    const type = delivery.table === null ? event : `${delivery.table}.${event}`;
    const body = JSON.stringify({ type, timestamp: delivery.occurredOn.toISOString(), data });
    const secret = options.openSecret(delivery.sealedSecret, delivery.webhookid);
    const headers = signatureHeaders(secret, delivery.id, options.clock.now(), body);
    return await options.post(delivery.url, headers, body, signal);
  } catch (error) {
    const { kind, message } = asMailroomError(error);
    return { kind: kind === 'item' ? 'broken' : 'failed', reason: message.slice(0, 500) };
  }
}

async function dataOf(
  options: WebhookDispatcherOptions,
  delivery: DueDelivery,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { table, recordid, filter, select, event } = delivery;
  if (event === WebhookEvent.test || table === null || recordid === null) return {};
  const about = { table, id: recordid };
  // A record that is gone cannot be read any more; its id is all that is told.
  if (event === WebhookEvent.delete) return about;
  const record = await options.readAs(delivery.ownerid, table, recordid, { filter, select });
  if (record === undefined) return undefined;
  return event === WebhookEvent.update ? { ...about, changed: delivery.changedColumns, record } : { ...about, record };
}
