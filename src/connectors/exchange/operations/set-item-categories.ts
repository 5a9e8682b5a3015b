import type { EwsClient, EwsOutcome } from '../soap/ews-client.ts';
import { element, textElement } from '../soap/xml-writer.ts';

/** What an item is to bear. */
export interface CategoryChange {
  readonly id: string;
  /** The version that was seen: an item that changed since is left alone and comes back with a conflict. Absent to overwrite. */
  readonly changeKey?: string | undefined;
  readonly categories: readonly string[];
  /** Id of the email it was made into, null to take it away; undefined leaves it. */
  readonly emailId?: string | null | undefined;
}

/** Where the id of the email stands on the item (IN-48, AC-21); the name is ours. */
const emailProperty = element('t:ExtendedFieldURI', {
  DistinguishedPropertySetId: 'PublicStrings',
  PropertyName: 'MailroomEmailId',
  PropertyType: 'String',
});

/** UpdateItem: gives each item exactly these categories, and our own property, and changes nothing else; an outcome each, in the order asked. */
export function setItemCategories(
  client: EwsClient,
  items: readonly CategoryChange[],
  signal: AbortSignal,
): Promise<readonly EwsOutcome[]> {
  const overwrites = items.every(({ changeKey }) => changeKey === undefined);
  const request = element(
    'm:UpdateItem',
    { ConflictResolution: overwrites ? 'AlwaysOverwrite' : 'NeverOverwrite', MessageDisposition: 'SaveOnly' },
    element('m:ItemChanges', {}, ...items.map(changeOf)),
  );
  return client.call('UpdateItem', request, signal);
}

function changeOf({ id, changeKey, categories, emailId }: CategoryChange): string {
  const field = element('t:FieldURI', { FieldURI: 'item:Categories' });
  const list = element('t:Categories', {}, ...categories.map((name) => textElement('t:String', name)));
  const update =
    categories.length === 0
      ? element('t:DeleteItemField', {}, field)
      : element('t:SetItemField', {}, field, element('t:Message', {}, list));
  const item = element('t:ItemId', { Id: id, ChangeKey: changeKey });
  return element('t:ItemChange', {}, item, element('t:Updates', {}, update, emailUpdate(emailId)));
}

function emailUpdate(emailId: string | null | undefined): string | undefined {
  if (emailId === undefined) return undefined;
  if (emailId === null) return element('t:DeleteItemField', {}, emailProperty);
  const property = element('t:ExtendedProperty', {}, emailProperty, textElement('t:Value', emailId));
  return element('t:SetItemField', {}, emailProperty, element('t:Message', {}, property));
}
