const LENGTH = '(?:\\d{1,4}(?:\\.\\d{1,4})?(?:px|pt|em|rem|%|in|cm|mm)?|auto|0|thin|medium|thick)';
const LENGTHS = [new RegExp(`^${LENGTH}(?: ${LENGTH}){0,3}$`, 'i')];
const COLOR = [/^(?:#[0-9a-f]{3,8}|[a-z]{3,20}|rgba?\([\d\s.,%]{1,40}\))$/i];
const WORDS = [/^[a-z0-9 -]{1,60}$/i];
const FONTS = [/^[\w\s,'"-]{1,200}$/];
const BORDER = [
  /^(?:[a-z0-9#.%-]{1,30}|rgba?\([\d\s.,%]{1,40}\))(?: (?:[a-z0-9#.%-]{1,30}|rgba?\([\d\s.,%]{1,40}\))){0,4}$/i,
];

const STYLES: Readonly<Record<string, readonly RegExp[]>> = {
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

const MAX_LENGTH = 10_000;

/**
 * The declarations of a style attribute that can do no harm (AT-08): known properties whose values match an allow list, which holds no
 * `url()`, escape, comment or expression. The rest is left out, and of more than 10,000 characters the later ones.
 */
export function safeStyle(style: string): string {
  const kept: string[] = [];
  for (const declaration of style.slice(0, MAX_LENGTH).split(';')) {
    const colon = declaration.indexOf(':');
    if (colon < 0) continue;
    const property = declaration.slice(0, colon).trim().toLowerCase();
    const value = declaration.slice(colon + 1).trim();
    const forms = Object.hasOwn(STYLES, property) ? STYLES[property] : undefined;
    if (forms?.some((form) => form.test(value))) kept.push(`${property}:${value}`);
  }
  return kept.join(';');
}
