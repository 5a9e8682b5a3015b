import type { EwsClient } from '../soap/ews-client.ts';
import { findNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';
import type { ItemMime } from './get-item-mime.ts';
import { itemIds } from './item-ids.ts';

/** PR_TRANSPORT_MESSAGE_HEADERS: the header block as it arrived (MS-OXOMSG 2.2.1.61). */
const transportHeaders = '0x007D';

/** GetItem with the header block only, for each id in the order asked; an item that has none gives empty bytes. */
export async function getItemHead(
  client: EwsClient,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly ItemMime[]> {
  const request = element(
    'm:GetItem',
    {},
    element(
      'm:ItemShape',
      {},
      textElement('t:BaseShape', 'IdOnly'),
      element(
        't:AdditionalProperties',
        {},
        element('t:ExtendedFieldURI', { PropertyTag: transportHeaders, PropertyType: 'String' }),
      ),
    ),
    itemIds(ids),
  );
  const outcomes = await client.call('GetItem', request, signal);
  return ids.map((id, index): ItemMime => {
    const outcome = outcomes[index];
    if (outcome !== undefined && 'error' in outcome) return { id, error: outcome.error };
    const text = findNode(findNode(outcome?.node, 'ExtendedProperty'), 'Value')?.text ?? '';
    return { id, raw: Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1') };
  });
}
