import { randomUUID } from 'node:crypto';
import { WebhookDelivery, WebhookEvent } from '../tables/choices.ts';
import { refuse } from './refuse.ts';
import type { RuleContext } from './table-rules.ts';

/** Puts a delivery that was given up (or is waiting) at the head of the outbox again, with all its attempts. Returns nothing; refuses one that was delivered. */
export async function deliverAgain(context: RuleContext, deliveryid: string): Promise<void> {
  const row = await context.records.retrieve('mr_delivery', deliveryid, ['mr_status']);
  if (row?.mr_status === WebhookDelivery.delivered)
    refuse(
      'mr_StatusNotAllowed',
      'This event was delivered already. Only one that waits or was given up can be sent again.',
    );
  await context.records.update('mr_delivery', deliveryid, {
    mr_status: WebhookDelivery.waiting,
    mr_attempts: 0,
    mr_nextattempton: null,
    mr_lasterror: null,
  });
}

/** Sends a webhook an event of type `test` without a record; returns the id of its delivery, where the outcome shows. */
export async function sendTestEvent(context: RuleContext, webhookid: string): Promise<string> {
  const deliveryid = randomUUID();
  await context.records.create('mr_delivery', {
    mr_deliveryid: deliveryid,
    mr_webhookid: { table: 'mr_webhook', id: webhookid },
    mr_event: WebhookEvent.test,
    mr_status: WebhookDelivery.waiting,
    mr_attempts: 0,
  });
  return deliveryid;
}
