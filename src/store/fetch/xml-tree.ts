import { SaxesParser } from 'saxes';
import { MailroomError } from '../../base/errors.ts';

/** An element with what stands in it; `position` is `line:column` of its beginning. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
  readonly position: string;
}

interface OpenElement extends XmlElement {
  readonly children: XmlElement[];
  text: string;
}

/** Largest text, characters; most elements; deepest nesting: beyond, a document is taken for an attack. */
const limits = { length: 262_144, elements: 10_000, depth: 64 } as const;

/** Reads a small XML document without namespaces, DTDs and entities of its own. Throws item 80040203 with the position of the fault. */
export function parseXml(text: string): XmlElement {
  if (text.length > limits.length) {
    throw badXml(`The FetchXML has ${text.length} characters; at most ${limits.length} are read.`);
  }
  const parser = new SaxesParser();
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let elements = 0;
  parser.on('error', (error) => {
    throw badXml(`The FetchXML cannot be read at ${error.message}.`);
  });
  parser.on('doctype', () => {
    throw badXml('The FetchXML has a DOCTYPE, which is not read.');
  });
  parser.on('opentag', ({ name, attributes }) => {
    const position = `${parser.line}:${parser.column}`;
    elements += 1;
    if (elements > limits.elements) throw badXml(`The FetchXML has more than ${limits.elements} elements.`);
    if (open.length >= limits.depth) throw badXml(`The FetchXML nests deeper than ${limits.depth} elements.`);
    const element: OpenElement = { name, attributes, children: [], text: '', position };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  const addText = (part: string): void => {
    const element = open.at(-1);
    if (element !== undefined) element.text += part;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.write(text).close();
  if (root === undefined) throw badXml('The FetchXML is empty.');
  return root;
}

/** The error of FetchXML that cannot be read or makes no sense. */
export function badXml(message: string): MailroomError {
  return new MailroomError(message, { code: '80040203', kind: 'item' });
}
