import type { MailAttachment } from '../../contracts/mail-message.ts';

/** What limits the attachments of an email. */
export interface AttachmentRules {
  /** ST-21, bytes each. */
  readonly maxAttachmentBytes: number;
  /** ST-22, lower case without dot. */
  readonly blockedExtensions: ReadonlySet<string>;
}

/** Attachments kept, and those left out with the reason; the raw message holds them all. */
export interface KeptAttachments {
  readonly kept: readonly MailAttachment[];
  readonly dropped: readonly { readonly fileName: string; readonly reason: string }[];
}

/** Sorts out what is too large or blocked by its last extension (AT-01 to AT-03). Pure. */
export function keepAttachments(attachments: readonly MailAttachment[], rules: AttachmentRules): KeptAttachments {
  const kept: MailAttachment[] = [];
  const dropped: { fileName: string; reason: string }[] = [];
  for (const attachment of attachments) {
    const { fileName, content } = attachment;
    const name = fileName.replace(/[\s.]+$/, '');
    const extension = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
    if (rules.blockedExtensions.has(extension)) {
      dropped.push({ fileName, reason: `files of type .${extension} are blocked` });
    } else if (content.length > rules.maxAttachmentBytes) {
      dropped.push({ fileName, reason: `${content.length} bytes are above the limit of ${rules.maxAttachmentBytes}` });
    } else {
      kept.push(attachment);
    }
  }
  return { kept, dropped };
}
