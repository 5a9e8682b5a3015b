import type { EwsClient } from '../soap/ews-client.ts';
import { childOf, type XmlNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';

/** Longest time Exchange keeps the answer open, minutes (limit of the operation: 30). */
const openMinutes = 29;

/** GetStreamingEvents: hears of a subscription until the server ends the answer; `tell` is called for each event. Throws when the subscription is gone (ErrorSubscriptionNotFound, ErrorReadEventsFailed, ErrorMissedNotificationEvents). */
export async function getStreamingEvents(
  client: EwsClient,
  subscriptionId: string,
  tell: () => void,
  signal: AbortSignal,
): Promise<void> {
  const request = element(
    'm:GetStreamingEvents',
    {},
    element('m:SubscriptionIds', {}, textElement('t:SubscriptionId', subscriptionId)),
    textElement('m:ConnectionTimeout', openMinutes),
  );
  await client.stream('GetStreamingEvents', request, (message) => hear(message, tell), signal);
}

/** Status events keep the line alive and say nothing. */
function hear(message: XmlNode, tell: () => void): void {
  const notifications = childOf(message, 'Notifications')?.children ?? [];
  const events = notifications.flatMap((notification) => notification.children);
  const isNews = events.some(({ name }) => /Event$/.test(name) && name !== 'StatusEvent');
  if (isNews) tell();
}
