import type { MailAttachment } from '../../contracts/mail-message.ts';
import type { OrganizationSettings } from '../../store/organization-settings.ts';

/** What limits the attachments of an email. */
export type AttachmentRules = Pick<
  OrganizationSettings,
  'allowedTypes' | 'blockedExtensions' | 'blockedTypes' | 'maxAttachmentBytes'
>;

/** Attachments kept, and those left out with the reason; the raw message holds them all. */
export interface KeptAttachments {
  readonly kept: readonly MailAttachment[];
  readonly dropped: readonly { readonly fileName: string; readonly reason: string }[];
}

/** Sorts out what is too large, or blocked by its last extension or its media type (AT-01 to AT-03). Pure. */
export function keepAttachments(attachments: readonly MailAttachment[], rules: AttachmentRules): KeptAttachments {
  const kept: MailAttachment[] = [];
  const dropped: { fileName: string; reason: string }[] = [];
  for (const attachment of attachments) {
    const reason = whyDropped(attachment, rules);
    if (reason === undefined) kept.push(attachment);
    else dropped.push({ fileName: attachment.fileName, reason });
  }
  return { kept, dropped };
}

/** Bytes of a file; those that stand in the message are counted without being decoded. */
export const fileSize = (file: MailAttachment): number => file.place?.sizeBytes ?? file.content.length;

function whyDropped(attachment: MailAttachment, rules: AttachmentRules): string | undefined {
  const { fileName, contentType } = attachment;
  const extension = extensionOf(fileName);
  if (rules.blockedExtensions.has(extension)) return `files of type .${extension} are blocked`;
  if (rules.allowedTypes.size > 0) {
    if (!rules.allowedTypes.has(contentType)) return `files of type ${contentType} are not among those allowed`;
  } else if (rules.blockedTypes.has(contentType)) return `files of type ${contentType} are blocked`;
  const most = rules.maxAttachmentBytes;
  const size = fileSize(attachment);
  return size > most ? `${size} bytes are above the limit of ${most}` : undefined;
}

/** The last extension, lower case, whatever dots, blanks and invisible characters stand after or in it; empty when there is none. */
function extensionOf(fileName: string): string {
  const name = fileName.replace(/[\p{Cc}\p{Cf}]+/gu, '').replace(/[\s.]+$/u, '');
  return name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
}
