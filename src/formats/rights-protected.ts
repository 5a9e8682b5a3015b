import type { MailMessage } from '../contracts/mail-message.ts';

const messageType = 'application/x-microsoft-rpmsg-message';

/** The protected content under the names that Outlook (`message.rpmsg`) and encrypting gateways (`message_v2.rpmsg`) give it. */
const messageName = /^message(?:_v\d+)?\.rpmsg$/i;

/**
 * True for a message whose content is protected by Rights Management (AR-11): its Content-Class says so, or the content is in a file as
 * MS-OXORMMS 2.2.2 has it. The Content-Class alone tells where only the head was fetched. Pure.
 */
export function isRightsProtected({ headers, attachments }: Pick<MailMessage, 'headers' | 'attachments'>): boolean {
  const contentClass = (headers.get('content-class')?.[0] ?? '').trim().toLowerCase();
  if (contentClass === 'rpmsg.message') return true;
  return attachments.some(({ contentType, fileName }) => contentType === messageType || messageName.test(fileName));
}
