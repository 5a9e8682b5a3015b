import type { EwsClient } from '../soap/ews-client.ts';
import { element, textElement } from '../soap/xml-writer.ts';

/** Unsubscribe: ends a subscription. Throws ErrorSubscriptionNotFound when it is gone already. */
export async function unsubscribe(client: EwsClient, subscriptionId: string, signal: AbortSignal): Promise<void> {
  const request = element('m:Unsubscribe', {}, textElement('m:SubscriptionId', subscriptionId));
  await client.callOne('Unsubscribe', request, signal);
}
