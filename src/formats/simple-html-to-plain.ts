/** Longer bodies, and deeper ones, are left to the parser. */
const mostCharacters = 200_000;
const mostDeep = 50;

/** Line breaks before and after a block. */
const blocks: Readonly<Record<string, number>> = { p: 2, div: 1 };

/** A tag of the few kinds that are read here, its attributes all quoted; no other may stand in the body. */
const tag = /<(\/?)(p|div|span|b|strong|i|em|u|font|br|a)((?:\s+[a-z][a-z-]*="[^"<>]*")*)\s*(\/?)>/giy;
const href = /\shref="([^"]*)"/i;
const otherEntity = /&(?!(?:amp|lt|gt|quot|apos|nbsp|#39);)[a-z#]/i;
const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&#39;': "'",
  '&nbsp;': '\u00a0',
};

const words = /[^ \t\r\n\f\u200b]+/g;
const isBlankEnd = /[ \t\r\n\f\u200b]$/;
const isBlankStart = /^[ \t\r\n\f\u200b]/;

interface Link {
  readonly address: string;
  /** Its words so far, run together. */
  text: string;
}

/** A block being written: what is finished of it, and the lines under way. */
class Block {
  readonly name: string;
  text = '';
  leading: number;
  /** Line breaks that the next thing in it begins with. */
  pending = 0;
  #lines: string[] = [];
  #words: string[] = [];
  #isSpaced = false;

  constructor(name: string, leading: number) {
    this.name = name;
    this.leading = leading;
  }

  newLine(count = 1): void {
    this.#lines.push(this.#words.join(' '), ...Array.from({ length: count - 1 }, () => ''));
    this.#words = [];
  }

  /** Text with its white space run together; `link` gathers its words. */
  inline(text: string, link: Link | undefined): void {
    const found = text.match(words);
    if (text === '' || (this.pending > 0 && found === null)) return;
    if (this.pending > 0) this.newLine(this.pending);
    this.pending = 0;
    const [first, ...rest] = found ?? [];
    if (first !== undefined) {
      const last = this.#isSpaced || isBlankStart.test(text) ? undefined : this.#words.pop();
      this.#words.push(last === undefined ? first : last + first, ...rest);
      if (link !== undefined) link.text += found?.join('') ?? '';
    }
    this.#isSpaced = (this.#isSpaced && found === null) || isBlankEnd.test(text);
  }

  add(inner: Block, trailing: number): void {
    const before = this.whole();
    const breaks = Math.max(this.pending, inner.leading);
    this.#lines = [];
    this.#words = [];
    if (before === '') {
      this.text = inner.whole();
      this.leading = breaks;
    } else {
      this.text = before + '\n'.repeat(breaks) + inner.whole();
    }
    this.pending = Math.max(inner.pending, trailing);
  }

  whole(): string {
    if (this.#lines.length === 0 && this.#words.length === 0) return this.text;
    return this.text + [...this.#lines, this.#words.join(' ')].join('\n');
  }
}

/**
 * The same as the parser gives (parsed-html-to-plain), for HTML as editors write it: paragraphs, divisions, plain styles, line breaks
 * and links, properly nested. Undefined for any other, which goes to the parser; several times quicker.
 */
export function simpleHtmlToPlain(html: string): string | undefined {
  const body = html.length > mostCharacters ? undefined : bodyOf(html);
  return body === undefined || otherEntity.test(body) ? undefined : write(body);
}

/** What stands in the body; undefined when there is anything about the document that is not plain to see. */
function bodyOf(html: string): string | undefined {
  const start = /<body(?:\s+[a-z][a-z-]*="[^"<>]*")*\s*>/i.exec(html);
  if (start === null) return html;
  const before = html.slice(0, start.index);
  if (
    !/^\s*(?:<!doctype html>)?\s*<html[^<>]*>\s*(?:<head>(?:\s*<(?:meta|style)\b[^<>]*>(?:[^<]*<\/style>)?)*\s*<\/head>)?\s*$/i.test(
      before,
    )
  ) {
    return undefined;
  }
  const rest = html.slice(start.index + start[0].length);
  const end = /<\/body>\s*<\/html>\s*$/i.exec(rest);
  return end === null ? undefined : rest.slice(0, end.index);
}

function write(body: string): string | undefined {
  const page = new Page();
  for (let at = 0; at < body.length; at = tag.lastIndex) {
    const next = body.indexOf('<', at);
    page.text(decoded(body.slice(at, next < 0 ? body.length : next)));
    if (next < 0) break;
    tag.lastIndex = next;
    const [, slash, name = '', attributes = '', emptied] = tag.exec(body) ?? [];
    const isFine =
      slash === '/' ? page.close(name.toLowerCase()) : page.open(name.toLowerCase(), attributes, emptied === '/');
    if (!isFine) return undefined;
  }
  return page.whole();
}

/** What is open while a body is read. */
class Page {
  #block = new Block('', 0);
  #link: Link | undefined;
  readonly #open: { readonly name: string; readonly block: Block; readonly link: Link | undefined }[] = [];

  text(text: string): void {
    this.#block.inline(text, this.#link);
  }

  /** False for what is not read here: no known tag, an empty element, blocks and links where a browser would close what is open. */
  open(name: string, attributes: string, isEmpty: boolean): boolean {
    if (name === 'br') {
      this.#block.newLine();
      return true;
    }
    const breaks = blocks[name];
    const isMisplaced = breaks !== undefined && this.#open.some((one) => one.name === 'p' || one.name === 'a');
    if (name === '' || isEmpty || isMisplaced || this.#open.length > mostDeep) return false;
    this.#open.push({ name, block: this.#block, link: this.#link });
    if (breaks !== undefined) this.#block = new Block(name, breaks);
    return name !== 'a' || this.#openLink(decoded(href.exec(attributes)?.[1] ?? '').replace(/^mailto:/, ''));
  }

  #openLink(address: string): boolean {
    if (this.#link !== undefined || /\s/.test(address)) return false;
    if (address !== '' && !address.startsWith('#')) this.#link = { address, text: '' };
    return true;
  }

  /** False when something else is open. */
  close(name: string): boolean {
    const last = this.#open.pop();
    if (last === undefined || last.name !== name) return false;
    if (this.#link !== undefined && this.#link !== last.link) this.#block.inline(shownLink(this.#link), undefined);
    const breaks = blocks[name];
    if (breaks !== undefined) {
      last.block.add(this.#block, breaks);
      this.#block = last.block;
    }
    this.#link = last.link;
    return true;
  }

  whole(): string | undefined {
    return this.#open.length > 0 ? undefined : this.#block.whole();
  }
}

/** What is shown behind a link's words: where it leads, unless the words say so. */
function shownLink({ address, text }: Link): string {
  if (text === address) return '';
  return text === '' ? address : ` <${address}>`;
}

const decoded = (text: string): string =>
  text.includes('&')
    ? text.replace(/&(?:amp|lt|gt|quot|apos|nbsp|#39);/g, (entity) => entities[entity] ?? entity)
    : text;
