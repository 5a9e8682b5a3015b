import { response as responseNode, success } from '../soap/answer.ts';
import { el, type XmlNode } from '../xml/xml-node.ts';
import { eventNode, watermarkOf } from './event-node.ts';
import type { Subscription } from './subscription.ts';
import type { SubscriptionHub } from './subscription-hub.ts';

/** Sends each event of a push subscription to its URL; a client that answers `Unsubscribe`, or not at all, ends it. */
export function startPushing(
  subscription: Subscription,
  hub: SubscriptionHub,
  envelope: (message: XmlNode) => string,
): void {
  let previous = subscription.number;
  let running = Promise.resolve();
  subscription.onEvent = () => {
    running = running.then(async () => {
      const events = subscription.drain();
      const last = events.at(-1);
      if (last === undefined) return;
      const notification = el('Notification', [
        el('SubscriptionId', subscription.id),
        el('PreviousWatermark', watermarkOf(subscription, previous)),
        el('MoreEvents', false),
        ...events.map((event) => eventNode(event, subscription)),
      ]);
      previous = last.number;
      const goesOn = await post(subscription.wish.url ?? '', envelope(messageOf(notification))).catch(() => false);
      if (!goesOn) hub.remove(subscription.id);
    });
  };
}

function messageOf(notification: XmlNode): XmlNode {
  const messages = responseNode('SendNotification', [success('SendNotification', [notification])]);
  return { ...messages, name: 'SendNotification' };
}

async function post(url: string, body: string): Promise<boolean> {
  const action = 'http://schemas.microsoft.com/exchange/services/2006/messages/SendNotification';
  const headers = { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: action };
  const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) });
  return response.ok && /SubscriptionStatus>\s*OK/.test(await response.text());
}
