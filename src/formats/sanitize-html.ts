import sanitize from 'sanitize-html';

const BLANK_TEXT = /^[^<&]*$/;
const LENGTH = '(?:\\d{1,4}(?:\\.\\d{1,4})?(?:px|pt|em|rem|%|in|cm|mm)?|auto|0|thin|medium|thick)';
const LENGTHS = [new RegExp(`^${LENGTH}(?: ${LENGTH}){0,3}$`, 'i')];
const COLOR = [/^(?:#[0-9a-f]{3,8}|[a-z]{3,20}|rgba?\([\d\s.,%]{1,40}\))$/i];
const WORDS = [/^[a-z0-9 -]{1,60}$/i];
const FONTS = [/^[\w\s,'"-]{1,200}$/];
const BORDER = [/^[a-z0-9#.,()\s%-]{1,80}$/i];

const STYLES: Record<string, RegExp[]> = {
  color: COLOR,
  'background-color': COLOR,
  background: COLOR,
  'font-family': FONTS,
  'font-size': [...LENGTHS, ...WORDS],
  'font-style': WORDS,
  'font-weight': WORDS,
  'text-align': WORDS,
  'text-decoration': WORDS,
  'text-indent': LENGTHS,
  'vertical-align': [...LENGTHS, ...WORDS],
  'line-height': [...LENGTHS, ...WORDS],
  'white-space': WORDS,
  'list-style-type': WORDS,
  width: LENGTHS,
  'max-width': LENGTHS,
  height: LENGTHS,
  margin: LENGTHS,
  'margin-left': LENGTHS,
  'margin-right': LENGTHS,
  'margin-top': LENGTHS,
  'margin-bottom': LENGTHS,
  padding: LENGTHS,
  'padding-left': LENGTHS,
  'padding-right': LENGTHS,
  'padding-top': LENGTHS,
  'padding-bottom': LENGTHS,
  border: BORDER,
  'border-left': BORDER,
  'border-right': BORDER,
  'border-top': BORDER,
  'border-bottom': BORDER,
  'border-collapse': WORDS,
  display: [/^(?:block|inline|inline-block|table|table-row|table-cell|list-item|none)$/i],
};

const TAGS = (
  'a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em ' +
  'figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s samp section small span strike ' +
  'strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr'
).split(' ');

const isShownAtOnce = (source: string): boolean =>
  /^\s*(?:cid:|data:image\/(?:png|jpe?g|gif|webp|bmp);base64,)/i.test(source);

/** A remote picture is kept by address but not loaded until the reader asks (AT-08). */
function holdBack(tagName: string, attribs: sanitize.Attributes): sanitize.Tag {
  const { src, 'data-remote-src': _sent, ...rest } = attribs;
  if (src === undefined) return { tagName, attribs: rest };
  if (isShownAtOnce(src)) return { tagName, attribs: { src, ...rest } };
  const isRemote = /^\s*https?:\/\//i.test(src);
  return { tagName, attribs: isRemote ? { ...rest, 'data-remote-src': src.trim() } : rest };
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
  allowedStyles: { '*': STYLES },
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
  },
};

/**
 * HTML of a message made safe to show (AT-08, IN-40): an allow list of tags, attributes and styles; no script, form, frame, handler, style
 * sheet, `url()` or `javascript:`. Pictures by `cid:` and `data:image` stay; the address of a remote one moves to `data-remote-src`.
 */
export function sanitizeHtml(html: string): string {
  return BLANK_TEXT.test(html) ? html.replace(/>/g, '&gt;') : sanitize(html, OPTIONS);
}
