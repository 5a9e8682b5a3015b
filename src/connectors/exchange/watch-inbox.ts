import { asMailroomError } from '../../base/errors.ts';
import { subscribe } from './operations/subscribe.ts';
import { unsubscribe } from './operations/unsubscribe.ts';
import type { EwsClient } from './soap/ews-client.ts';
import type { StreamLine } from './stream-group.ts';
import type { StreamGroups } from './stream-groups.ts';

/** How a mailbox is watched together with others. */
export interface WatchTogether {
  readonly groups: StreamGroups;
  /** Names the account and the server that answers for the mailbox, once it has answered. */
  readonly key: () => string;
  /** A connection of its own to that server. */
  readonly openLine: () => StreamLine;
}

/** Time to end a subscription that is not needed any more, milliseconds. */
const farewellMs = 5_000;

/**
 * Keeps a streaming subscription to the inbox and calls `wake` for what arrives; mailboxes of one server share a connection. Ends when
 * `signal` aborts; throws MailroomError when the line is lost.
 */
export async function watchInbox(
  client: EwsClient,
  together: WatchTogether,
  wake: () => void,
  signal: AbortSignal,
): Promise<void> {
  const inbox = { distinguished: 'inbox' } as const;
  try {
    for (let isAnew = false; !signal.aborted; isAnew = true) {
      const subscription = await subscribe(client, inbox, signal);
      // What came between the loss of the last one and this one.
      if (isAnew) wake();
      try {
        await together.groups.listen(together.key(), together.openLine, subscription, wake, signal);
      } catch (thrown) {
        if (asMailroomError(thrown).code !== 'mr_EwsSubscriptionLost') throw thrown;
      } finally {
        // It may be gone already, or the server may be.
        await unsubscribe(client, subscription, AbortSignal.timeout(farewellMs)).catch(() => undefined);
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
