import type { EwsClient } from '../soap/ews-client.ts';
import { textAt } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';
import { type FolderRef, folderRef } from './folder-ref.ts';

/** What tells that something may have come into a folder. */
export const arrivals: readonly string[] = ['NewMailEvent', 'CreatedEvent', 'MovedEvent', 'CopiedEvent'];
/** The same, and that something in it changed or went. */
export const changes: readonly string[] = [...arrivals, 'ModifiedEvent', 'DeletedEvent'];

/** Subscribe: a streaming subscription to events of these types in folders of one mailbox (Exchange 2010 SP1 and newer); returns its id. */
export async function subscribe(
  client: EwsClient,
  folders: readonly FolderRef[],
  types: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const request = element(
    'm:Subscribe',
    {},
    element(
      'm:StreamingSubscriptionRequest',
      {},
      element('t:FolderIds', {}, ...folders.map((folder) => folderRef(folder, client))),
      element('t:EventTypes', {}, ...types.map((type) => textElement('t:EventType', type))),
    ),
  );
  return textAt(await client.callOne('Subscribe', request, signal), 'SubscriptionId') ?? '';
}
