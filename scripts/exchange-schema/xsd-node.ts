import { SaxesParser } from 'saxes';

/** An element of a schema file, local names only. */
export interface XsdNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XsdNode[];
}

/** Reads a schema file; the root is `schema`. Throws for XML that is not well-formed. */
export function readXsd(text: string): XsdNode {
  const root: XsdNode = { name: '', attributes: {}, children: [] };
  const open: XsdNode[] = [root];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    const node: XsdNode = { name: name.replace(/^.*:/, ''), attributes: { ...attributes }, children: [] };
    open.at(-1)?.children.push(node);
    open.push(node);
  });
  parser.on('closetag', () => void open.pop());
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(text.replace(/^\uFEFF/, '')).close();
  const schema = root.children[0];
  if (schema === undefined) throw new Error('The schema file is empty.');
  return schema;
}
