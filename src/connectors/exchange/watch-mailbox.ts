import { asMailroomError } from '../../base/errors.ts';
import type { WatchNews, WatchScope } from '../../contracts/watch-scope.ts';
import type { FolderRef } from './operations/folder-ref.ts';
import { getFolderIds } from './operations/get-folder.ts';
import { arrivals, changes, subscribe } from './operations/subscribe.ts';
import { unsubscribe } from './operations/unsubscribe.ts';
import type { EwsClient } from './soap/ews-client.ts';
import type { HearEvents, StreamLine } from './stream-group.ts';
import type { StreamGroups } from './stream-groups.ts';

/** How a mailbox is watched together with others. */
export interface WatchTogether {
  readonly groups: StreamGroups;
  /** Names the account and the server that answers for the mailbox, once it has answered. */
  readonly key: () => string;
  /** A connection of its own to that server. */
  readonly openLine: () => StreamLine;
  /** Gives up the mailbox's own connection, which is not needed while the group listens. */
  readonly rest: () => Promise<void>;
}

/** Time to end a subscription that is not needed any more, milliseconds. */
const farewellMs = 5_000;
/** Folders of one subscription; those beyond are read by the clock. */
const mostFolders = 100;
const actFolders = ['calendar', 'contacts', 'tasks'] as const;
const inboxOnly: WatchScope = { mail: true, act: false, folderIds: [] };

/**
 * Keeps a streaming subscription to the folders of `scope`, calls `opened` once it is made, and `wake` for what arrives in those with mail and changes in the others;
 * mailboxes of one server share a connection. Ends when `signal` aborts; throws MailroomError when the line is lost.
 */
export async function watchMailbox(
  client: EwsClient,
  together: WatchTogether,
  { wake, opened }: { readonly wake: (news: WatchNews) => void; readonly opened?: (() => void) | undefined },
  signal: AbortSignal,
  scope: WatchScope = inboxOnly,
): Promise<void> {
  const wakeAll = (): void => {
    if (scope.mail) wake('incoming');
    if (scope.act) wake('act');
  };
  try {
    const actIds = scope.act ? await actFolderIds(client, signal) : new Set<string>();
    const hear: HearEvents = (events) => {
      if (events === undefined) return wakeAll();
      const isAct = (folderIds: readonly string[]): boolean => folderIds.some((id) => actIds.has(id));
      if (events.some(({ folderIds }) => isAct(folderIds))) wake('act');
      // Read flags and our own marks are no news of mail.
      const isMail = events.some(({ type, folderIds }) => arrivals.includes(type) && !isAct(folderIds));
      if (isMail && scope.mail) wake('incoming');
    };
    for (let isAnew = false; !signal.aborted; isAnew = true) {
      const subscription = await subscribeTo(client, scope, actIds, signal);
      // From here on the server keeps what happens. What came between the loss of the last one and this one is looked for.
      if (isAnew) wakeAll();
      else opened?.();
      await together.rest();
      try {
        await together.groups.listen(together.key(), together.openLine, subscription, hear, signal);
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

async function actFolderIds(client: EwsClient, signal: AbortSignal): Promise<ReadonlySet<string>> {
  return new Set((await getFolderIds(client, actFolders, signal)).values());
}

/** A tracked folder that is gone hides the others from nobody: without it and its like the rest is listened to. */
async function subscribeTo(
  client: EwsClient,
  scope: WatchScope,
  actIds: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<string> {
  const always: FolderRef[] = [
    ...(scope.mail ? [{ distinguished: 'inbox' }] : []),
    ...[...actIds].map((id) => ({ id })),
  ];
  const further = scope.mail ? scope.folderIds.slice(0, mostFolders).map((id) => ({ id })) : [];
  const types = scope.act ? changes : arrivals;
  try {
    return await subscribe(client, [...always, ...further], types, signal);
  } catch (thrown) {
    if (further.length === 0 || asMailroomError(thrown).kind !== 'notFound') throw thrown;
    return subscribe(client, always, types, signal);
  }
}
