import type { MailAddress, MailAttachment, MailMessage } from '../../contracts/mail-message.ts';
import { isValidAddress, parseAddressList } from '../../formats/address.ts';
import { messageIds, normaliseMessageId } from '../../formats/message-id.ts';
import { type IncomingMail, understand } from './incoming-mail.ts';

/** A message as a program hands it over (DeliverIncomingEmail and its kin); lists of addresses are separated by `;`. */
export interface GivenMail {
  readonly messageId: string;
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  readonly cc: string;
  readonly bcc: string;
  readonly receivedOn: Date | undefined;
  /** Address of the account that handed it in; empty when unknown. */
  readonly submittedBy: string;
  /** `0` or `low`, `1` or `normal`, `2` or `high`; anything else is normal. */
  readonly importance: string;
  /** HTML, or plain text. */
  readonly body: string;
  readonly attachments: readonly MailAttachment[];
  readonly inReplyTo: string;
  /** As in a References field. */
  readonly references: string;
  /** Base64; empty when none. */
  readonly conversationIndex: string;
}

const importances: Readonly<Record<string, MailMessage['importance']>> = {
  0: 'low',
  low: 'low',
  2: 'high',
  high: 'high',
};

/** The message as the pipeline reads those from servers. It has no bytes of its own and no Date field. Pure. */
export function givenMail(given: GivenMail, now: Date): IncomingMail {
  const isHtml = /<[a-z!/][^>]*>/i.test(given.body);
  const from = addresses(given.from);
  const message: MailMessage = {
    messageId: normaliseMessageId(given.messageId),
    inReplyTo: normaliseMessageId(given.inReplyTo),
    references: messageIds(given.references),
    subject: given.subject.replace(/\p{Cc}+/gu, ' ').trim(),
    from,
    sender: from.some(({ address }) => isValidAddress(address)) ? addresses(given.submittedBy) : [],
    replyTo: [],
    to: addresses(given.to),
    cc: addresses(given.cc),
    bcc: addresses(given.bcc),
    date: undefined,
    text: isHtml ? '' : given.body,
    html: isHtml ? given.body : '',
    attachments: given.attachments,
    importance: importances[given.importance.trim().toLowerCase()] ?? 'normal',
    conversationIndex: given.conversationIndex.replace(/\s+/g, ''),
    headers: new Map(),
    isMeetingMessage: false,
    faults: [],
  };
  return understand({ serverId: '', raw: Buffer.alloc(0), receivedOn: given.receivedOn }, message, now);
}

const addresses = (text: string): MailAddress[] => parseAddressList(text).filter(({ address }) => address !== '');
