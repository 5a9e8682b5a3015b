import { SaxesParser } from 'saxes';
import type { XmlNode } from './xml-node.ts';

interface OpenNode {
  readonly name: string;
  readonly ns: string;
  readonly attributes: Record<string, string>;
  readonly children: OpenNode[];
  readonly texts: string[];
}

const prefixes: Readonly<Record<string, string>> = {
  'http://schemas.xmlsoap.org/soap/envelope/': 's',
  'http://schemas.microsoft.com/exchange/services/2006/messages': 'm',
  'http://schemas.microsoft.com/exchange/services/2006/types': 't',
};

/** Elements inside elements a document may have; a real request needs about fifteen, restrictions some more. */
const deepest = 200;

/** Reads a document into its root element. Throws an Error with line and column when it is not well-formed. */
export function readXml(text: string): XmlNode {
  const roots: OpenNode[] = [];
  const open: OpenNode[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new Error('A document type definition is not allowed in a SOAP message.');
  });
  parser.on('opentag', (tag) => {
    const attributes: Record<string, string> = {};
    for (const { local, prefix, value } of Object.values(tag.attributes)) {
      if (prefix !== 'xmlns' && local !== 'xmlns') attributes[local] = value;
    }
    const node = { name: tag.local, ns: prefixes[tag.uri] ?? tag.uri, attributes, children: [], texts: [] };
    const parent = open.at(-1);
    (parent?.children ?? roots).push(node);
    open.push(node);
    if (open.length > deepest) throw new Error(`Elements are nested deeper than ${deepest}.`);
  });
  parser.on('text', (part) => void open.at(-1)?.texts.push(part));
  parser.on('cdata', (part) => void open.at(-1)?.texts.push(part));
  parser.on('closetag', () => void open.pop());
  parser.write(text).close();
  const root = roots[0];
  if (root === undefined) throw new Error('Root element is missing.');
  return finished(root);
}

function finished(node: OpenNode): XmlNode {
  const children = node.children.map(finished);
  return {
    name: node.name,
    ns: node.ns,
    attributes: node.attributes,
    children,
    text: children.length > 0 ? '' : node.texts.join(''),
  };
}
