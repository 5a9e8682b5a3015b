import PostalMime from 'postal-mime';
import { MailroomError } from '../base/errors.ts';
import type { MailAddress, MailMessage } from '../contracts/mail-message.ts';

interface LibraryAddress {
  readonly name: string;
  readonly address?: string | undefined;
  readonly group?: readonly LibraryAddress[] | undefined;
}

function flatten(list: LibraryAddress | readonly LibraryAddress[] | undefined): MailAddress[] {
  if (list === undefined) return [];
  const entries: readonly LibraryAddress[] = Array.isArray(list) ? list : [list as LibraryAddress];
  return entries.flatMap((entry) =>
    entry.group ? flatten(entry.group) : [{ name: entry.name, address: entry.address ?? '' }],
  );
}

const unbracket = (id: string | undefined): string => (id ?? '').trim().split(/\s+/)[0]?.replace(/^<|>$/g, '') ?? '';

/**
 * Reads a message from its bytes (RFC 5322, RFC 2045 to 2049); bad MIME is read as well as it goes and told in `faults`.
 * Throws MailroomError `mr_MimeUnreadable`, kind `item` (EC-33), only for input that is no message at all.
 */
export async function parseMail(raw: Buffer): Promise<MailMessage> {
  if (raw.length === 0) {
    throw new MailroomError(
      'The message is empty: the server handed over no bytes; skip it and look at it on the server.',
      {
        code: 'mr_MimeUnreadable',
        kind: 'item',
      },
    );
  }
  const mail = await PostalMime.parse(raw, { forceRfc822Attachments: true, maxNestingDepth: 10 });
  const headers = new Map<string, string[]>();
  for (const { key, value } of mail.headers) headers.set(key, [...(headers.get(key) ?? []), value]);
  const first = (name: string): string => headers.get(name)?.[0] ?? '';
  const grade = `${first('importance')} ${first('x-priority')} ${first('priority')}`.toLowerCase();
  const date = new Date(first('date'));
  const attachments = mail.attachments.map((part, index) => ({
    fileName: part.filename ?? `attachment-${index + 1}.bin`,
    contentType: part.mimeType,
    contentId: unbracket(part.contentId),
    inline: part.disposition === 'inline' || part.related === true,
    content: Buffer.from(part.content as ArrayBuffer),
  }));
  return {
    messageId: unbracket(mail.messageId),
    inReplyTo: unbracket(mail.inReplyTo),
    references: (mail.references ?? '').split(/\s+/).filter(Boolean).map(unbracket),
    subject: mail.subject ?? '',
    from: flatten(mail.from),
    sender: flatten(mail.sender),
    replyTo: flatten(mail.replyTo),
    to: flatten(mail.to),
    cc: flatten(mail.cc),
    bcc: flatten(mail.bcc),
    date: Number.isNaN(date.getTime()) ? undefined : date,
    text: mail.text ?? '',
    html: mail.html ?? '',
    attachments,
    importance: /high|urgent|\b[12]\b/.test(grade) ? 'high' : /low|non-urgent|\b[45]\b/.test(grade) ? 'low' : 'normal',
    conversationIndex: first('thread-index').replace(/\s+/g, ''),
    headers,
    isMeetingMessage: attachments.some((part) => part.contentType === 'text/calendar'),
    faults: [],
  };
}
