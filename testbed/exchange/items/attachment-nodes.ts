import type { Attachment, Item } from '../store/item.ts';
import { el, empty, type XmlNode } from '../xml/xml-node.ts';
import { dateText } from './date-text.ts';
import { attachmentId } from './item-ids.ts';

/** Element `FileAttachment` or `ItemAttachment`; `inner` stands for the content. */
export function attachmentNode(top: Item, attachment: Attachment, inner?: XmlNode): XmlNode {
  const { item, content, contentId } = attachment;
  return el(item === undefined ? 'FileAttachment' : 'ItemAttachment', [
    empty('AttachmentId', { Id: attachmentId(top, attachment) }),
    el('Name', attachment.name),
    el('ContentType', attachment.contentType),
    contentId === undefined ? undefined : el('ContentId', contentId),
    el('Size', content?.length ?? item?.size ?? 0),
    el('LastModifiedTime', dateText(attachment.modified || top.created)),
    el('IsInline', attachment.isInline),
    item === undefined ? el('IsContactPhoto', false) : undefined,
    inner,
  ]);
}

/** True when the item shows a paper clip: an attachment that is not part of the body. */
export function hasVisibleAttachments(attachments: readonly Attachment[]): boolean {
  return attachments.some(({ isInline }) => !isInline);
}
