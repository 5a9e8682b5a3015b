import { parsedHtmlToPlain } from './parsed-html-to-plain.ts';
import { simpleHtmlToPlain } from './simple-html-to-plain.ts';

/** The text that an HTML body shows, for the plain alternative of a message; only the first 4,000,000 characters are read. */
export function htmlToPlain(html: string): string {
  return simpleHtmlToPlain(html) ?? parsedHtmlToPlain(html);
}
