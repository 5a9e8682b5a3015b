const MANY_TAGS = 20_000;
const MAX_DEPTH = 1_000;
const RAW_TEXT = new Set(['script', 'style', 'textarea', 'title', 'xmp', 'iframe', 'noembed', 'noframes', 'plaintext']);
const NEVER_DEEP = new Set(
  'area base br col embed hr img input link meta param source track wbr p li dt dd td th tr option'.split(' '),
);
const TAG_NAME = /[a-z][^\s/>]{0,30}/iy;

/** Offset after the tag that opens at `at`, quoted attribute values passed over. */
function tagEnd(html: string, at: number): number {
  let quote = '';
  for (let index = at; index < html.length; index += 1) {
    const character = html.charAt(index);
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '>') return index + 1;
    else if ((character === '"' || character === "'") && html.charAt(index - 1) === '=') quote = character;
  }
  return html.length;
}

/** Offset after a comment, declaration or tag at `at`, where a `<` stands. */
function markupEnd(html: string, at: number): number {
  if (html.startsWith('<!--', at)) {
    const close = html.indexOf('-->', at + 4);
    return close < 0 ? html.length : close + 3;
  }
  return tagEnd(html, at + 1);
}

function hasManyTags(html: string): boolean {
  let count = 0;
  for (let at = html.indexOf('<'); at >= 0 && count <= MANY_TAGS; at = html.indexOf('<', at + 1)) count += 1;
  return count > MANY_TAGS;
}

/**
 * HTML cut where its elements nest deeper than 1,000 (SE-13), because parsers take time by the square of the depth.
 * HTML of at most 20,000 tags is returned as it is.
 */
export function cutDeepHtml(html: string): string {
  if (!hasManyTags(html)) return html;
  const lower = html.toLowerCase();
  const open = new Map<string, number>();
  let depth = 0;
  let at = html.indexOf('<');
  while (at >= 0) {
    const isClose = html.charAt(at + 1) === '/';
    TAG_NAME.lastIndex = at + (isClose ? 2 : 1);
    const name = TAG_NAME.exec(html)?.[0]?.toLowerCase();
    const end = name === undefined && !html.startsWith('<!', at) && !isClose ? at + 1 : markupEnd(html, at);
    let next = end;
    if (name !== undefined && !NEVER_DEEP.has(name)) {
      const count = open.get(name) ?? 0;
      if (!isClose) {
        depth += 1;
        open.set(name, count + 1);
        if (depth > MAX_DEPTH) return html.slice(0, at);
        if (RAW_TEXT.has(name)) next = lower.indexOf(`</${name}`, end);
      } else if (count > 0) {
        depth -= 1;
        open.set(name, count - 1);
      }
    }
    at = next < 0 ? -1 : html.indexOf('<', next);
  }
  return html;
}
