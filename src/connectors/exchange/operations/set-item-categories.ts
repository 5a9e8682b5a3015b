import type { EwsClient, EwsOutcome } from '../soap/ews-client.ts';
import { element, textElement } from '../soap/xml-writer.ts';

/** UpdateItem: gives each item exactly these categories and changes nothing else; an outcome each, in the order asked. */
export function setItemCategories(
  client: EwsClient,
  items: readonly { readonly id: string; readonly categories: readonly string[] }[],
  signal: AbortSignal,
): Promise<readonly EwsOutcome[]> {
  const request = element(
    'm:UpdateItem',
    { ConflictResolution: 'AlwaysOverwrite', MessageDisposition: 'SaveOnly' },
    element('m:ItemChanges', {}, ...items.map(({ id, categories }) => changeOf(id, categories))),
  );
  return client.call('UpdateItem', request, signal);
}

function changeOf(id: string, categories: readonly string[]): string {
  const field = element('t:FieldURI', { FieldURI: 'item:Categories' });
  const update =
    categories.length === 0
      ? element('t:DeleteItemField', {}, field)
      : element(
          't:SetItemField',
          {},
          field,
          element(
            't:Message',
            {},
            element('t:Categories', {}, ...categories.map((name) => textElement('t:String', name))),
          ),
        );
  return element('t:ItemChange', {}, element('t:ItemId', { Id: id }), element('t:Updates', {}, update));
}
