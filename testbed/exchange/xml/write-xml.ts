import type { ChildRule, SchemaTable, SchemaType } from '../schema/schema-table.ts';
import { escapeXml } from './escape-xml.ts';
import type { XmlNode } from './xml-node.ts';

export interface WriteOptions {
  readonly schema: SchemaTable;
  /** What the reader knows: 0 for 2007 SP1, 1 for 2010, 2 for 2013, 3 for later ones; newer elements are left out. */
  readonly generation: number;
  /** Forbidden characters are written as references, as a real Exchange does. */
  readonly rawCharacters?: boolean;
}

/** One message (`m:...`) with its parts in the namespaces and the order of the schema; what the schema does not know is left out. `declarations` go on its outermost element. */
export function writeMessage(node: XmlNode, options: WriteOptions, declarations = ''): string {
  return write(node, 'm', options.schema.root('m', node.name), options, declarations);
}

/** A fragment of a known type, for the places where the schema takes anything. */
export function writePart(node: XmlNode, ns: string, type: string, options: WriteOptions): string {
  return write(node, ns, options.schema.type(type), options);
}

function write(
  node: XmlNode,
  ns: string,
  declared: SchemaType | undefined,
  options: WriteOptions,
  declarations = '',
): string {
  const derived = node.attributes['xsi:type'];
  const type = derived === undefined ? declared : options.schema.type(derived.replace(':', '.'));
  const name = `${ns}:${node.name}`;
  const start = `<${name}${declarations}${writeAttributes(node, type, options)}`;
  if (node.children.length === 0)
    return node.text === '' ? `${start}/>` : `${start}>${escapeXml(node.text, options.rawCharacters)}</${name}>`;
  const content =
    type === undefined || type.open ? writeFree(node, ns, type, options) : writeOrdered(node, type, options);
  return `${start}>${content}</${name}>`;
}

function writeAttributes(
  { attributes }: XmlNode,
  type: SchemaType | undefined,
  { generation, rawCharacters }: WriteOptions,
): string {
  let written = '';
  for (const name in attributes) {
    const since = type === undefined || type.open || name === 'xsi:type' ? 0 : type.attributes.get(name)?.since;
    if (since === undefined || since > generation) continue;
    written += ` ${name}="${escapeXml(attributes[name] ?? '', rawCharacters)}"`;
  }
  return written;
}

function writeFree(node: XmlNode, ns: string, type: SchemaType | undefined, options: WriteOptions): string {
  let written = '';
  for (const one of node.children) {
    const rule = type?.children.get(one.name);
    written +=
      rule === undefined
        ? write(one, one.ns === '' ? (ns === 'm' ? 't' : ns) : one.ns, undefined, options)
        : writeChild(one, rule, options);
  }
  return written;
}

function writeChild(node: XmlNode, rule: ChildRule, options: WriteOptions): string {
  return write(node, rule.ns, rule.type === 'any' ? undefined : options.schema.type(rule.type), options);
}

function writeOrdered(node: XmlNode, type: SchemaType, options: WriteOptions): string {
  const known: { readonly one: XmlNode; readonly rule: ChildRule }[] = [];
  let last = 0;
  let isSorted = true;
  for (const one of node.children) {
    const rule = type.children.get(one.name);
    if (rule === undefined || rule.since > options.generation) continue;
    if (rule.place < last) isSorted = false;
    last = rule.place;
    known.push({ one, rule });
  }
  if (!isSorted) known.sort((a, b) => a.rule.place - b.rule.place);
  let written = '';
  for (const { one, rule } of known) written += writeChild(one, rule, options);
  return written;
}
