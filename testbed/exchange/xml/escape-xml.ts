const illegal = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

const harmless = /^[\t\n !#-%'-;=?-~]*$/;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * Text for an element or an attribute. Characters that XML 1.0 forbids are left out, or written as references (`&#x1;`) as a
 * real Exchange does when `raw`.
 */
export function escapeXml(text: string, raw = false): string {
  // Looks first, since nearly every text is fine.
  if (harmless.test(text)) return text;
  const plain = text.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign).replaceAll('\r', '&#xD;');
  return plain.replace(illegal, (sign) => (raw ? `&#x${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase()};` : ''));
}
