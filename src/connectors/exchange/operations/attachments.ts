import { MailroomError } from '../../../base/errors.ts';
import type { EwsClient } from '../soap/ews-client.ts';
import { childOf, findNode, textAt } from '../soap/xml-node.ts';
import { element, textElement } from '../soap/xml-writer.ts';

/** A file at an item, without its bytes. Attached items and references are left out. */
export interface ListedFile {
  readonly id: string;
  readonly name: string;
  readonly sizeBytes: number;
}

/** GetItem of the files at an item. */
export async function listFiles(
  client: EwsClient,
  itemId: string,
  signal: AbortSignal,
): Promise<readonly ListedFile[]> {
  const request = element(
    'm:GetItem',
    {},
    element(
      'm:ItemShape',
      {},
      textElement('t:BaseShape', 'IdOnly'),
      element('t:AdditionalProperties', {}, element('t:FieldURI', { FieldURI: 'item:Attachments' })),
    ),
    element('m:ItemIds', {}, element('t:ItemId', { Id: itemId })),
  );
  const nodes = findNode(await client.callOne('GetItem', request, signal), 'Attachments')?.children ?? [];
  return nodes.flatMap((node) => {
    const id = childOf(node, 'AttachmentId')?.attributes.Id;
    if (node.name !== 'FileAttachment' || id === undefined) return [];
    return [{ id, name: textAt(node, 'Name') ?? '', sizeBytes: Number(textAt(node, 'Size') ?? 0) }];
  });
}

/** GetAttachment: the bytes of a file. Throws notFound when it is gone. */
export async function getFile(client: EwsClient, id: string, signal: AbortSignal): Promise<Buffer> {
  const request = element('m:GetAttachment', {}, element('m:AttachmentIds', {}, element('t:AttachmentId', { Id: id })));
  const content = findNode(await client.callOne('GetAttachment', request, signal), 'Content')?.text;
  if (content !== undefined) return Buffer.from(content, 'base64');
  throw new MailroomError(`Exchange at ${client.where} answered an attachment without its content.`, {
    code: 'mr_EwsBadAnswer',
    kind: 'item',
  });
}

/** CreateAttachment: adds a file to an item; returns the item's new version. */
export async function addFile(
  client: EwsClient,
  item: { readonly id: string; readonly changeKey: string },
  file: { readonly name: string; readonly bytes: Uint8Array },
  signal: AbortSignal,
): Promise<string> {
  const request = element(
    'm:CreateAttachment',
    {},
    element('m:ParentItemId', { Id: item.id, ChangeKey: item.changeKey }),
    element(
      'm:Attachments',
      {},
      element(
        't:FileAttachment',
        {},
        textElement('t:Name', file.name),
        textElement('t:Content', Buffer.from(file.bytes).toString('base64')),
      ),
    ),
  );
  const id = findNode(await client.callOne('CreateAttachment', request, signal), 'AttachmentId')?.attributes;
  return id?.RootItemChangeKey ?? item.changeKey;
}

/** DeleteAttachment; returns the item's new version. */
export async function removeFile(
  client: EwsClient,
  id: string,
  changeKey: string,
  signal: AbortSignal,
): Promise<string> {
  const request = element(
    'm:DeleteAttachment',
    {},
    element('m:AttachmentIds', {}, element('t:AttachmentId', { Id: id })),
  );
  const root = findNode(await client.callOne('DeleteAttachment', request, signal), 'RootItemId')?.attributes;
  return root?.RootItemChangeKey ?? changeKey;
}
