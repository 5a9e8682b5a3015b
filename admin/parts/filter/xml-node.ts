import { SaxesParser } from 'saxes';

/** An element of a small XML document. */
export interface XmlNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
  /** Its own text, white space around it kept. */
  readonly text: string;
}

/** Reads XML; undefined for what is none, and for what an element cannot hold: comments, instructions, DTDs. */
export function readXml(source: string): XmlNode | undefined {
  const parser = new SaxesParser();
  const open: { name: string; attributes: Record<string, string>; children: XmlNode[]; text: string }[] = [];
  let root: XmlNode | undefined;
  let isPlain = true;
  const spoil = (): void => {
    isPlain = false;
  };
  for (const event of ['error', 'doctype', 'comment', 'processinginstruction', 'xmldecl'] as const)
    parser.on(event, spoil);
  parser.on('opentag', ({ name, attributes }) => {
    const node = { name, attributes, children: [], text: '' };
    open.at(-1)?.children.push(node);
    root ??= node;
    open.push(node);
  });
  parser.on('closetag', () => void open.pop());
  const add = (text: string): void => {
    const node = open.at(-1);
    if (node !== undefined) node.text += text;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  try {
    parser.write(source).close();
  } catch {
    // After an error that was told already the parser may give up.
    return undefined;
  }
  return isPlain ? root : undefined;
}

/** Writes an element; `indent` is what its lines begin with. */
export function writeXml({ name, attributes, children, text }: XmlNode, indent = ''): string {
  const head = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  const start = `${indent}<${name}${head.join('')}`;
  if (children.length > 0)
    return [`${start}>`, ...children.map((child) => writeXml(child, `${indent}  `)), `${indent}</${name}>`].join('\n');
  return text.trim() === '' && name !== 'value' ? `${start}/>` : `${start}>${escaped(text)}</${name}>`;
}

/** White space is written as references: in an attribute it would become blanks, in a text a line end would change. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[\t\n\r]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
