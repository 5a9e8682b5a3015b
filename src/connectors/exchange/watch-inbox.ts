import { asMailroomError } from '../../base/errors.ts';
import { getStreamingEvents } from './operations/get-streaming-events.ts';
import { subscribe } from './operations/subscribe.ts';
import type { EwsClient } from './soap/ews-client.ts';

/** Errors that end a subscription, not the watching: a new one is made, and what was missed is fetched. */
const lostSubscription = new Set([
  'ErrorSubscriptionNotFound',
  'ErrorReadEventsFailed',
  'ErrorMissedNotificationEvents',
  'ErrorInvalidSubscription',
  'ErrorSubscriptionUnsubscribed',
]);

/** Keeps a streaming subscription to the inbox open and calls `wake` for what arrives. Ends when `signal` aborts; throws MailroomError when the line is lost. */
export async function watchInbox(client: EwsClient, wake: () => void, signal: AbortSignal): Promise<void> {
  try {
    let subscription = await subscribe(client, { distinguished: 'inbox' }, signal);
    while (!signal.aborted) {
      try {
        await getStreamingEvents(client, subscription, wake, signal);
      } catch (thrown) {
        if (!lostSubscription.has(asMailroomError(thrown).code)) throw thrown;
        subscription = await subscribe(client, { distinguished: 'inbox' }, signal);
        wake();
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
