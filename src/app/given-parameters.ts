import type { MailAttachment } from '../contracts/mail-message.ts';
import type { GivenMail } from '../pipelines/incoming/given-mail.ts';
import { refuse } from '../rules/refuse.ts';
import type { RuledStore } from '../rules/ruled-store.ts';
import type { JsonObject } from '../webapi/entity-json.ts';

/** What `ExtraProperties` may say of a message beside its parameters. */
export interface ExtraProperties {
  readonly inReplyTo: string;
  readonly references: string;
  readonly conversationIndex: string;
  /** `directioncode`: true for a message that the caller sent; undefined when not said. */
  readonly isOutgoing: boolean | undefined;
  /** `_receivingmailboxid_value`: the mailbox it was found in. */
  readonly mailboxid: string | undefined;
}

const texts = ['inreplyto', 'mr_references', 'conversationindex'] as const;
const extraNames: ReadonlySet<string> = new Set([...texts, 'directioncode', '_receivingmailboxid_value']);

/** Reads `ExtraProperties`. Throws 80040203 for a property that is not known, or of the wrong type. */
export function readExtra(parameter: unknown): ExtraProperties {
  const given = (parameter ?? {}) as JsonObject;
  for (const name of Object.keys(given)) {
    if (!name.includes('@') && !extraNames.has(name)) {
      refuse('80040203', `ExtraProperties has no '${name.slice(0, 100)}'. It may hold ${[...extraNames].join(', ')}.`);
    }
  }
  const [inReplyTo, references, conversationIndex] = texts.map((name) => {
    const value = given[name] ?? '';
    return typeof value === 'string' ? value : refuse('80040203', `'${name}' in ExtraProperties must be a text.`);
  });
  const { directioncode, _receivingmailboxid_value: mailboxid } = given;
  if (directioncode != null && typeof directioncode !== 'boolean') {
    refuse('80040203', "'directioncode' in ExtraProperties must be true (sent) or false (received).");
  }
  return {
    inReplyTo: inReplyTo ?? '',
    references: references ?? '',
    conversationIndex: conversationIndex ?? '',
    isOutgoing: directioncode ?? undefined,
    mailboxid: typeof mailboxid === 'string' ? mailboxid : undefined,
  };
}

/** The message that the parameters of DeliverIncomingEmail and its kin describe; what is not given is empty. */
export async function readGivenMail(
  store: Pick<RuledStore, 'retrieve'>,
  parameters: Readonly<JsonObject>,
  extra: ExtraProperties,
): Promise<GivenMail> {
  const text = (name: string): string => String(parameters[name] ?? '');
  const ids = (parameters.AttachmentIds ?? []) as readonly string[];
  const given = (parameters.Attachments ?? []) as readonly JsonObject[];
  const stored: MailAttachment[] = [];
  for (const id of ids) stored.push(await storedAttachment(store, id));
  return {
    messageId: text('MessageId'),
    subject: text('Subject'),
    from: text('From'),
    to: text('To'),
    cc: text('Cc'),
    bcc: text('Bcc'),
    receivedOn: parameters.ReceivedOn === undefined ? undefined : new Date(text('ReceivedOn')),
    submittedBy: text('SubmittedBy'),
    importance: text('Importance'),
    body: text('Body'),
    attachments: [...stored, ...given.map(givenAttachment)],
    inReplyTo: extra.inReplyTo,
    references: extra.references,
    conversationIndex: extra.conversationIndex,
  };
}

function givenAttachment(given: JsonObject, index: number): MailAttachment {
  const { filename, mimetype, body, attachmentcontentid } = given;
  const isBase64 = typeof body === 'string' && /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(body);
  if (!isBase64) refuse('80040203', `Attachments[${index}] needs 'body', the file in base64.`);
  const contentId = typeof attachmentcontentid === 'string' ? attachmentcontentid : '';
  return {
    fileName: typeof filename === 'string' && filename !== '' ? filename : `attachment-${index + 1}.bin`,
    contentType: typeof mimetype === 'string' && mimetype !== '' ? mimetype : 'application/octet-stream',
    contentId,
    inline: contentId !== '',
    content: Buffer.from(body, 'base64'),
  };
}

async function storedAttachment(store: Pick<RuledStore, 'retrieve'>, id: string): Promise<MailAttachment> {
  const row = await store.retrieve('activitymimeattachment', id);
  if (row === undefined) refuse('80040217', `AttachmentIds names ${id.slice(0, 100)}, which is no attachment here.`);
  const contentId = row.attachmentcontentid ?? '';
  return {
    fileName: row.filename ?? 'attachment.bin',
    contentType: row.mimetype ?? 'application/octet-stream',
    contentId,
    inline: contentId !== '',
    content: Buffer.from(row.body ?? '', 'base64'),
  };
}
