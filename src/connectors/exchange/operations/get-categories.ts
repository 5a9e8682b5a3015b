import type { MailroomError } from '../../../base/errors.ts';
import type { EwsClient } from '../soap/ews-client.ts';
import { childOf, findNode } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';

/** The categories that an item bears, and the version of it that was seen. */
export type ItemCategories =
  | { readonly id: string; readonly changeKey: string; readonly categories: readonly string[] }
  | { readonly id: string; readonly error: MailroomError };

/** GetItem with the categories for each id, in the order asked. */
export async function getCategories(
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
    element('m:ItemIds', {}, ...ids.map((id) => element('t:ItemId', { Id: id }))),
  );
  const outcomes = await client.call('GetItem', request, signal);
  return ids.map((id, index): ItemCategories => {
    const outcome = outcomes[index];
    if (outcome !== undefined && 'error' in outcome) return { id, error: outcome.error };
    const item = findNode(outcome?.node, 'Items')?.children[0];
    return {
      id,
      changeKey: childOf(item, 'ItemId')?.attributes.ChangeKey ?? '',
      categories: (childOf(item, 'Categories')?.children ?? []).map(({ text }) => text),
    };
  });
}
