import type { FolderItem } from '../../../contracts/folder-tracker.ts';
import { childOf, textAt, type XmlNode } from '../soap/xml-node.ts';
import { element } from '../soap/xml-writer.ts';

/** What is asked of a message in a list, so that tracking can judge it. */
export const mailItemFields: string = [
  'item:ItemClass',
  'item:DateTimeReceived',
  'item:Size',
  'item:Categories',
  'item:IsDraft',
  'item:LastModifiedTime',
  'message:InternetMessageId',
]
  .map((uri) => element('t:FieldURI', { FieldURI: uri }))
  .join('');

/** What becomes an email: messages and reports about them, no meeting requests and no other items. */
const mailClass = /^(IPM\.Note|REPORT\.)/i;

/** A message as tracking sees it; undefined for a node without an id. */
export function mailItemOf(node: XmlNode | undefined): FolderItem | undefined {
  const serverId = childOf(node, 'ItemId')?.attributes.Id;
  if (node === undefined || serverId === undefined) return undefined;
  const size = Number(textAt(node, 'Size'));
  const messageId = textAt(node, 'InternetMessageId')?.trim().replace(/^<|>$/g, '');
  return {
    serverId,
    sizeBytes: Number.isFinite(size) && size > 0 ? size : undefined,
    receivedOn: dateOf(textAt(node, 'DateTimeReceived')),
    messageId: messageId || undefined,
    modifiedOn: dateOf(textAt(node, 'LastModifiedTime')),
    categories: (childOf(node, 'Categories')?.children ?? []).map(({ text }) => text),
    isMail: mailClass.test(textAt(node, 'ItemClass') ?? 'IPM.Note') && textAt(node, 'IsDraft') !== 'true',
  };
}

function dateOf(text: string | undefined): Date | undefined {
  const date = new Date(text ?? '');
  return Number.isNaN(date.getTime()) ? undefined : date;
}
