import type { MailMessage } from '../../contracts/mail-message.ts';

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
