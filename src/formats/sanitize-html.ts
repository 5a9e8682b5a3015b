import sanitize from 'sanitize-html';
import { cutDeepHtml } from './html-nesting.ts';
import { safeStyle } from './safe-style.ts';

const BLANK_TEXT = /^[^<&]*$/;
const TAGS = (
  'a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em ' +
  'figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s samp section small span strike ' +
  'strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr'
).split(' ');

const isShownAtOnce = (source: string): boolean =>
  /^\s*(?:cid:|data:image\/(?:png|jpe?g|gif|webp|bmp);base64,)/i.test(source);

/** A remote picture is kept by address but not loaded until the reader asks (AT-08). */
function holdBack(tagName: string, attribs: sanitize.Attributes): sanitize.Tag {
  const { src, 'data-remote-src': held, ...rest } = attribs;
  if (src !== undefined && isShownAtOnce(src)) return { tagName, attribs: { src, ...rest } };
  const remote = (src ?? held ?? '').trim();
  return { tagName, attribs: /^https?:\/\//i.test(remote) ? { ...rest, 'data-remote-src': remote } : rest };
}

function keepSafeStyle(tagName: string, attribs: sanitize.Attributes): sanitize.Tag {
  const written = attribs.style;
  if (written === undefined) return { tagName, attribs };
  const { style: _written, ...rest } = attribs;
  const style = safeStyle(written);
  return { tagName, attribs: style === '' ? rest : { ...rest, style } };
}

const OPTIONS: sanitize.IOptions = {
  allowedTags: TAGS,
  allowedAttributes: {
    '*': ['style', 'dir', 'lang', 'title', 'align', 'valign', 'width', 'height', 'bgcolor'],
    a: ['href', 'name', 'target', 'rel'],
    img: ['src', 'data-remote-src', 'alt', 'border'],
    table: ['border', 'cellpadding', 'cellspacing', 'summary'],
    td: ['colspan', 'rowspan', 'nowrap'],
    th: ['colspan', 'rowspan', 'nowrap', 'scope'],
    col: ['span'],
    colgroup: ['span'],
    font: ['color', 'face', 'size'],
    ol: ['start', 'type'],
    ul: ['type'],
    li: ['value'],
    blockquote: ['type', 'cite'],
  },
  allowedSchemes: ['http', 'https', 'mailto', 'tel', 'sip'],
  allowedSchemesByTag: { img: ['cid', 'data', 'http', 'https'] },
  allowedSchemesAppliedToAttributes: ['href', 'src', 'cite', 'data-remote-src'],
  allowProtocolRelative: false,
  parseStyleAttributes: false,
  nonTextTags: [
    'script',
    'style',
    'textarea',
    'option',
    'noscript',
    'title',
    'template',
    'iframe',
    'object',
    'svg',
    'math',
  ],
  nestingLimit: 200,
  transformTags: {
    a: (tagName, attribs) => ({
      tagName,
      attribs: { ...attribs, target: '_blank', rel: 'noopener noreferrer nofollow' },
    }),
    img: holdBack,
    '*': keepSafeStyle,
  },
};

/**
 * HTML of a message made safe to show (AT-08, IN-40): an allow list of tags, attributes and styles; no script, form, frame, handler, style
 * sheet, `url()` or `javascript:`. Pictures by `cid:` and `data:image` stay; the address of a remote one moves to `data-remote-src`.
 */
export function sanitizeHtml(html: string): string {
  return BLANK_TEXT.test(html) ? html.replace(/>/g, '&gt;') : sanitize(cutDeepHtml(html), OPTIONS);
}
