import type { MailroomError } from '../../../base/errors.ts';
import type { EwsClient } from '../soap/ews-client.ts';
import { findNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';
import { itemIds } from './item-ids.ts';

/** The categories of an item and the version of it that was seen, or why they could not be read. */
export type ItemCategories =
  | { readonly id: string; readonly changeKey: string; readonly categories: readonly string[] }
  | { readonly id: string; readonly error: MailroomError };

/** GetItem with the categories alone, for each id in the order asked. */
export async function getItemCategories(
  client: EwsClient,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly ItemCategories[]> {
  const request = element(
    'm:GetItem',
    {},
    element(
      'm:ItemShape',
      {},
      textElement('t:BaseShape', 'IdOnly'),
      element('t:AdditionalProperties', {}, element('t:FieldURI', { FieldURI: 'item:Categories' })),
    ),
    itemIds(ids),
  );
  const outcomes = await client.call('GetItem', request, signal);
  return ids.map((id, index): ItemCategories => {
    const outcome = outcomes[index];
    if (outcome !== undefined && 'error' in outcome) return { id, error: outcome.error };
    return {
      id,
      changeKey: findNode(outcome?.node, 'ItemId')?.attributes.ChangeKey ?? '',
      categories: (findNode(outcome?.node, 'Categories')?.children ?? []).map(({ text }) => text),
    };
  });
}
