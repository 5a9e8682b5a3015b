import type { EwsClient, EwsOutcome } from '../soap/ews-client.ts';
import { element } from '../soap/xml-writer.ts';
import { itemIds } from './item-ids.ts';

/** DeleteItem: moves items to Deleted Items, in the order asked; an item that is gone already is no failure of the others. */
export function deleteItems(
  client: EwsClient,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly EwsOutcome[]> {
  const request = element(
    'm:DeleteItem',
    {
      DeleteType: 'MoveToDeletedItems',
      SendMeetingCancellations: 'SendToNone',
      AffectedTaskOccurrences: 'AllOccurrences',
    },
    itemIds(ids),
  );
  return client.call('DeleteItem', request, signal);
}
