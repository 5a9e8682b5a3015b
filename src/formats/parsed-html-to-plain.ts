import { compile } from 'html-to-text';
import { cutDeepHtml } from './html-nesting.ts';

const MAX_INPUT = 4_000_000;

/** Made once: choosing among the selectors costs more than converting a usual message. */
const convert = compile({
  wordwrap: false,
  limits: { maxInputLength: MAX_INPUT, maxDepth: 200, ellipsis: '' },
  selectors: [
    { selector: 'img', format: 'skip' },
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true, ignoreHref: false, linkBrackets: ['<', '>'] } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
});

/** The text that an HTML body shows, by way of its tree; only the first 4,000,000 characters are read. */
export function parsedHtmlToPlain(html: string): string {
  return convert(cutDeepHtml(html.slice(0, MAX_INPUT)));
}
