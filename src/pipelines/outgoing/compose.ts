import { MailroomError } from '../../base/errors.ts';
import type { OutgoingMail } from '../../contracts/mail-sender.ts';
import { type ComposeAttachment, composeMail } from '../../formats/mime-compose.ts';
import type { StoreScope } from '../../store/database.ts';
import type { ClaimedEmail } from './outgoing-email.ts';

/** The attachments of an email, in their order, without their bytes. */
export type AttachmentList = readonly {
  readonly id: string;
  readonly fileName: string;
  readonly contentType: string;
  readonly contentId: string;
  /** Key of the bytes; empty when they stand in the row itself. */
  readonly blob: string;
}[];

const importanceOf = ['low', 'normal', 'high'] as const;

/** Lists the attachments of a batch by email id; one statement, no bytes. */
export async function listAttachments(
  scope: StoreScope,
  emailIds: readonly string[],
): Promise<ReadonlyMap<string, AttachmentList>> {
  const lists = new Map<string, AttachmentList[number][]>();
  if (emailIds.length === 0) return lists;
  const page = await scope.records.retrieveMultiple({
    table: 'activitymimeattachment',
    columns: ['objectid', 'filename', 'mimetype', 'attachmentcontentid', 'mr_blob'],
    filter: { column: 'objectid', operator: 'in', value: emailIds },
    orderBy: [{ column: 'attachmentnumber' }],
  });
  for (const row of page.rows) {
    const list = lists.get(row.objectid?.id ?? '') ?? [];
    list.push({
      id: row.activitymimeattachmentid ?? '',
      fileName: row.filename ?? '',
      contentType: row.mimetype || 'application/octet-stream',
      contentId: (row.attachmentcontentid ?? '').replace(/^<|>$/g, ''),
      blob: row.mr_blob ?? '',
    });
    lists.set(row.objectid?.id ?? '', list);
  }
  return lists;
}

/** The finished message of a claimed email (OU-09, OU-15). Throws MailroomError of kind item `mr_AttachmentMissing` when a file's bytes are gone. */
export async function composeEmail(
  scope: StoreScope,
  email: ClaimedEmail,
  attachments: AttachmentList,
  now: Date,
): Promise<OutgoingMail> {
  const files: ComposeAttachment[] = [];
  for (const attachment of attachments) files.push(await withBytes(scope, attachment));
  const { row, thread } = email;
  const composed = composeMail({
    from: email.from,
    sender: email.sender,
    to: email.to,
    cc: email.cc,
    bcc: email.bcc,
    subject: email.subject,
    ...bodyOf(email),
    attachments: files,
    messageId: email.messageId,
    date: now,
    inReplyTo: thread.inReplyTo || undefined,
    references: thread.references,
    conversationIndex: thread.conversationIndex,
    importance: importanceOf[row.prioritycode ?? 1] ?? 'normal',
    autoSubmitted: autoSubmitted(row),
    readReceiptTo: row.readreceiptrequested ? email.from : undefined,
    boundarySeed: email.messageId,
  });
  return {
    envelope: {
      from: (email.sender ?? email.from).address,
      to: email.recipients.map((recipient) => recipient.address),
      dsn: row.deliveryreceiptrequested
        ? { envelopeId: email.messageId, notify: ['SUCCESS', 'FAILURE', 'DELAY'] }
        : undefined,
      needsSmtpUtf8: composed.needsSmtpUtf8,
    },
    messageId: composed.messageId,
    raw: composed.raw,
    // It got its id when it was first claimed.
    isRepeat: Boolean(row.messageid),
  };
}

/** RFC 3834 5: mail that a program wrote says so. */
function autoSubmitted(row: ClaimedEmail['row']): 'auto-generated' | 'auto-replied' | undefined {
  if (!row.isworkflowcreated) return undefined;
  return row.parentactivityid ? 'auto-replied' : 'auto-generated';
}

/** The description is HTML unless it says otherwise or shows no tag at all. */
function bodyOf(email: ClaimedEmail): { readonly html?: string; readonly text?: string } {
  const body = email.row.description ?? '';
  const isPlain = /^text\/plain/i.test(email.row.mimetype ?? '') || !/<[a-z!/][^>]*>/i.test(body);
  return isPlain ? { text: body } : { html: body };
}

async function withBytes(scope: StoreScope, attachment: AttachmentList[number]): Promise<ComposeAttachment> {
  const { fileName, contentType, contentId } = attachment;
  const content = attachment.blob
    ? await scope.blobs.get(attachment.blob)
    : Buffer.from(
        (await scope.records.retrieve('activitymimeattachment', attachment.id, ['body']))?.body ?? '',
        'base64',
      );
  if (content === undefined) {
    throw new MailroomError(
      `The bytes of attachment "${fileName}" are no longer in the store. Remove it or attach it again, then send again.`,
      { code: 'mr_AttachmentMissing', kind: 'item' },
    );
  }
  return { fileName, contentType, content, contentId: contentId || undefined };
}
