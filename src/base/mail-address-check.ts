/** True for an addr-spec that mail can be sent to: one `@`, a domain with valid labels, no spaces or control characters (RFC 5321 4.1.2, RFC 6531). */
export function isMailAddress(text: string): boolean {
  if (text.length > 320 || /[\s\p{Cc}<>(),;:\\[\]]/u.test(text)) return false;
  const at = text.lastIndexOf('@');
  if (at < 1 || at > 64) return false;
  const local = text.slice(0, at);
  const domain = text.slice(at + 1);
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..') || local.includes('@')) return false;
  if (domain.length > 253) return false;
  return domain
    .split('.')
    .every((label) => /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?$/u.test(label));
}
