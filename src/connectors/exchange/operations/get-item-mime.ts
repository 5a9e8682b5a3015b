import type { MailroomError } from '../../../base/errors.ts';
import type { EwsClient } from '../soap/ews-client.ts';
import { findNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';
import { itemIds } from './item-ids.ts';

/** The bytes of an item, or why they could not be had. */
export type ItemMime =
  | { readonly id: string; readonly raw: Buffer }
  | { readonly id: string; readonly error: MailroomError };

/** GetItem with MimeContent (RFC 5322 bytes) for each id, in the order asked; one failure does not end the others. */
export async function getItemMime(
  client: EwsClient,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly ItemMime[]> {
  const request = element(
    'm:GetItem',
    {},
    element('m:ItemShape', {}, textElement('t:BaseShape', 'IdOnly'), textElement('t:IncludeMimeContent', true)),
    itemIds(ids),
  );
  const outcomes = await client.call('GetItem', request, signal);
  return ids.map((id, index): ItemMime => {
    const outcome = outcomes[index];
    if (outcome !== undefined && 'error' in outcome) return { id, error: outcome.error };
    const content = findNode(outcome?.node, 'MimeContent')?.text;
    return { id, raw: Buffer.from(content ?? '', 'base64') };
  });
}
