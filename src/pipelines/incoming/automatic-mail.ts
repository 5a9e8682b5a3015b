import type { MailMessage } from '../../contracts/mail-message.ts';

/** True for messages that a program wrote: auto-replies, bounces, receipts, bulk (RFC 3834, RFC 3464; IN-09, PAIN-08). */
export function isAutomaticMail(message: Pick<MailMessage, 'headers'>): boolean {
  const value = (name: string): string => (message.headers.get(name)?.[0] ?? '').trim().toLowerCase();
  const submitted = value('auto-submitted');
  if (submitted !== '' && !submitted.startsWith('no')) return true;
  if (value('return-path') === '<>') return true;
  if (value('content-type').startsWith('multipart/report')) return true;
  if (/^(?:auto_reply|bulk|junk)$/.test(value('precedence'))) return true;
  return ['x-autoreply', 'x-autorespond', 'x-auto-response-suppress-reply'].some((name) => message.headers.has(name));
}

/** What `email.internetmessageheaders` keeps: Auto-Submitted and Reply-To as JSON; null when there is neither (IN-09). */
export function keptHeaders(message: Pick<MailMessage, 'headers'>, maxLength: number): string | null {
  const kept: Record<string, string> = {};
  for (const [name, shown] of [
    ['auto-submitted', 'Auto-Submitted'],
    ['reply-to', 'Reply-To'],
  ] as const) {
    const value = message.headers.get(name)?.[0];
    if (value !== undefined) kept[shown] = value.slice(0, 200);
  }
  const json = JSON.stringify(kept);
  return json === '{}' || json.length > maxLength ? null : json;
}
