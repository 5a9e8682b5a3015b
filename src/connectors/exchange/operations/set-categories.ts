import type { EwsClient, EwsOutcome } from '../soap/ews-client.ts';
import { element, textElement } from '../soap/xml-writer.ts';

/** The categories that an item is to bear, and the email it was made into, null for none. */
export interface CategoryChange {
  readonly id: string;
  readonly changeKey: string;
  readonly categories: readonly string[];
  readonly emailId: string | null;
}

/** Where the id of the email stands on the item (IN-48, AC-21); the name is ours. */
const emailProperty = element('t:ExtendedFieldURI', {
  DistinguishedPropertySetId: 'PublicStrings',
  PropertyName: 'MailroomEmailId',
  PropertyType: 'String',
});

/** UpdateItem: changes categories and our own property, nothing else, in the order asked. A message that somebody changed since it was read comes back with a conflict. */
export function setCategories(
  client: EwsClient,
  changes: readonly CategoryChange[],
  signal: AbortSignal,
): Promise<readonly EwsOutcome[]> {
  const request = element(
    'm:UpdateItem',
    { ConflictResolution: 'NeverOverwrite', MessageDisposition: 'SaveOnly' },
    element('m:ItemChanges', {}, ...changes.map(changeOf)),
  );
  return client.call('UpdateItem', request, signal);
}

function changeOf({ id, changeKey, categories, emailId }: CategoryChange): string {
  const field = element('t:FieldURI', { FieldURI: 'item:Categories' });
  const list = element('t:Categories', {}, ...categories.map((name) => textElement('t:String', name)));
  const categoryUpdate =
    categories.length === 0
      ? element('t:DeleteItemField', {}, field)
      : element('t:SetItemField', {}, field, element('t:Message', {}, list));
  const property = element('t:ExtendedProperty', {}, emailProperty, textElement('t:Value', emailId ?? ''));
  const emailUpdate =
    emailId === null
      ? element('t:DeleteItemField', {}, emailProperty)
      : element('t:SetItemField', {}, emailProperty, element('t:Message', {}, property));
  return element(
    't:ItemChange',
    {},
    element('t:ItemId', { Id: id, ChangeKey: changeKey }),
    element('t:Updates', {}, categoryUpdate, emailUpdate),
  );
}
