import { cutText } from './cut-text.ts';

const forbidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these cannot be in XML 1.0 (2.2)
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/**
 * A text in the one form that both sides of a synchronisation give back: line feeds, no blanks around it, nothing that XML forbids,
 * at most `maxLength` UTF-16 units (AC-19); null for none.
 */
export function actText(text: string | null | undefined, maxLength: number): string | null {
  const clean = (text ?? '').replace(forbidden, '').replace(/\r\n?/g, '\n').trim();
  return cutText(clean, maxLength).trimEnd() || null;
}
