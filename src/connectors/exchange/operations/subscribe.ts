import type { EwsClient } from '../soap/ews-client.ts';
import { textAt } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';
import { type FolderRef, folderRef } from './folder-ref.ts';

/** What tells that something may have come into a folder. */
const arrivals = ['NewMailEvent', 'CreatedEvent', 'MovedEvent', 'CopiedEvent'] as const;

/** Subscribe: a streaming subscription to what arrives in a folder (Exchange 2010 SP1 and newer); returns its id. */
export async function subscribe(client: EwsClient, folder: FolderRef, signal: AbortSignal): Promise<string> {
  const request = element(
    'm:Subscribe',
    {},
    element(
      'm:StreamingSubscriptionRequest',
      {},
      element('t:FolderIds', {}, folderRef(folder, client)),
      element('t:EventTypes', {}, ...arrivals.map((type) => textElement('t:EventType', type))),
    ),
  );
  return textAt(await client.callOne('Subscribe', request, signal), 'SubscriptionId') ?? '';
}
