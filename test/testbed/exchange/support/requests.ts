/** Requests as XML, for tests. */
export const idShape = '<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>';

/** Element of a distinguished folder, of another mailbox when named. */
export function folder(id: string, mailbox?: string): string {
  const inner = mailbox === undefined ? '' : `<t:Mailbox><t:EmailAddress>${mailbox}</t:EmailAddress></t:Mailbox>`;
  return `<t:DistinguishedFolderId Id="${id}">${inner}</t:DistinguishedFolderId>`;
}

/** GetItem with a base shape and further properties. */
export function getItem(ids: readonly string[], base = 'AllProperties', extra = ''): string {
  const list = ids.map((id) => `<t:ItemId Id="${id}"/>`).join('');
  return `<m:GetItem><m:ItemShape><t:BaseShape>${base}</t:BaseShape>${extra}</m:ItemShape><m:ItemIds>${list}</m:ItemIds></m:GetItem>`;
}

/** GetFolder of a folder element. */
export function getFolder(id: string, base = 'Default'): string {
  return `<m:GetFolder><m:FolderShape><t:BaseShape>${base}</t:BaseShape></m:FolderShape><m:FolderIds>${id}</m:FolderIds></m:GetFolder>`;
}

/** FindItem in a folder, with a restriction and a base shape. */
export function findItem(where: string, restriction = '', base = 'IdOnly'): string {
  const wanted = restriction === '' ? '' : `<m:Restriction>${restriction}</m:Restriction>`;
  return `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>${base}</t:BaseShape></m:ItemShape>${wanted}<m:ParentFolderIds>${where}</m:ParentFolderIds></m:FindItem>`;
}

/** CreateItem of items, with the attributes of the request. */
export function createItem(items: string, attributes: string, where = ''): string {
  const saved = where === '' ? '' : `<m:SavedItemFolderId>${where}</m:SavedItemFolderId>`;
  return `<m:CreateItem ${attributes}>${saved}<m:Items>${items}</m:Items></m:CreateItem>`;
}

/** A list of mailboxes such as ToRecipients. */
export function people(name: string, ...addresses: readonly string[]): string {
  const list = addresses.map((one) => `<t:Mailbox><t:EmailAddress>${one}</t:EmailAddress></t:Mailbox>`).join('');
  return `<t:${name}>${list}</t:${name}>`;
}

/** A list of attendees such as RequiredAttendees. */
export function attendees(name: string, ...addresses: readonly string[]): string {
  const list = addresses.map((one) => `<t:Attendee>${people('X', one).replace(/<\/?t:X>/g, '')}</t:Attendee>`).join('');
  return `<t:${name}>${list}</t:${name}>`;
}

/** UpdateItem of one item by `SetItemField` and the like. */
export function updateItem(id: string, changes: string, attributes: string): string {
  return `<m:UpdateItem ConflictResolution="AlwaysOverwrite" ${attributes}><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates>${changes}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`;
}

/** SetItemField of one property; `element` is the whole property. */
export function setField(uri: string, kind: string, element: string): string {
  return `<t:SetItemField><t:FieldURI FieldURI="${uri}"/><t:${kind}>${element}</t:${kind}></t:SetItemField>`;
}
