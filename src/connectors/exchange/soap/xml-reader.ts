import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { MailroomError } from '../../../base/errors.ts';
import type { XmlNode } from './xml-node.ts';

interface OpenNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  children: XmlNode[];
  text: string;
}

/** Most elements have no attributes, or nothing but text in them; they share what is empty. */
const noAttributes: Readonly<Record<string, string>> = Object.freeze({});
const noChildren = Object.freeze([]) as unknown as XmlNode[];

/** Elements inside each other: answers of honest servers stay below 20. */
const deepest = 100;

/**
 * Reads an answer as it arrives (XML 1.0, strict: a truncated answer is an error). Characters and references that XML forbids are
 * dropped first, since Exchange passes control characters of bodies through. Throws transient `mr_EwsBadAnswer`.
 */
export class XmlReader {
  // Names are known by their local part: looking prefixes up would take half the time.
  readonly #parser = new SaxesParser({ xmlns: false });
  readonly #decoder = new TextDecoder('utf-8');
  readonly #open: OpenNode[] = [];
  /** Local parts of the names met so far: an answer says the same few for each of its items. */
  readonly #locals = new Map<string, string>();
  readonly #where: string;
  #root: XmlNode | undefined;
  #rest = '';

  constructor(where: string) {
    this.#where = where;
    this.#parser.on('error', (error) => this.#fail(error.message));
    this.#parser.on('doctype', () => this.#fail('it carries a DOCTYPE'));
    this.#parser.on('opentag', (tag) => this.#begin(tag));
    this.#parser.on('text', (text) => this.#text(text));
    this.#parser.on('cdata', (text) => this.#text(text));
    this.#parser.on('closetag', () => this.#end());
  }

  write(bytes: Uint8Array): void {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    // A reference may be cut by the end of a chunk; it waits for the next.
    const at = text.lastIndexOf('&');
    const cut = at >= 0 && text.length - at < 12 && !text.includes(';', at) ? at : text.length;
    this.#rest = text.slice(cut);
    this.#parser.write(harmless(text.slice(0, cut)));
  }

  /** The root element. */
  end(): XmlNode {
    this.#parser.write(harmless(this.#rest + this.#decoder.decode()));
    this.#parser.close();
    return this.#root ?? this.#fail('it is empty');
  }

  #begin(tag: SaxesTagPlain): void {
    if (this.#open.length >= deepest) this.#fail(`elements nest deeper than ${deepest}`);
    let attributes: Record<string, string> | undefined;
    for (const name in tag.attributes) {
      attributes ??= {};
      attributes[this.#localOf(name)] = tag.attributes[name] ?? '';
    }
    const name = this.#localOf(tag.name);
    this.#open.push({ name, attributes: attributes ?? noAttributes, children: noChildren, text: '' });
  }

  #text(text: string): void {
    const node = this.#open.at(-1);
    if (node !== undefined) node.text += text;
  }

  #end(): void {
    const node = this.#open.pop();
    if (node === undefined) return;
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#root = node;
    else if (parent.children === noChildren) parent.children = [node];
    else parent.children.push(node);
  }

  #localOf(name: string): string {
    const known = this.#locals.get(name);
    if (known !== undefined) return known;
    const local = name.slice(name.indexOf(':') + 1);
    this.#locals.set(name, local);
    return local;
  }

  #fail(why: string): never {
    throw new MailroomError(
      `The answer of ${this.#where} cannot be read as XML: ${why.slice(0, 200)}. It is asked again.`,
      {
        code: 'mr_EwsBadAnswer',
        kind: 'transient',
      },
    );
  }
}

/** Without the characters and references that XML 1.0 2.2 forbids. */
function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are forbidden
  const clean = text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '');
  return clean.includes('&#') ? clean.replace(/&#(?:x([0-9a-f]+)|(\d+));/gi, keepAllowed) : clean;
}

function keepAllowed(reference: string, hex: string | undefined, decimal: string | undefined): string {
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  const allowed =
    code === 9 ||
    code === 10 ||
    code === 13 ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff);
  return allowed ? reference : '';
}
