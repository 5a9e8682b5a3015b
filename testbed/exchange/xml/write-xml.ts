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

/** One message (`m:...`) with its parts in the namespaces and the order of the schema; what the schema does not know is left out. */
export function writeMessage(node: XmlNode, options: WriteOptions): string {
  const out: string[] = [];
  write(out, node, 'm', options.schema.root('m', node.name), options);
  return out.join('');
}

/** A fragment of a known type, for the places where the schema takes anything. */
export function writePart(node: XmlNode, ns: string, type: string, options: WriteOptions): string {
  const out: string[] = [];
  write(out, node, ns, options.schema.type(type), options);
  return out.join('');
}

function write(
  out: string[],
  node: XmlNode,
  ns: string,
  declared: SchemaType | undefined,
  options: WriteOptions,
): void {
  const derived = node.attributes['xsi:type'];
  const type = derived === undefined ? declared : options.schema.type(derived.replace(':', '.'));
  out.push('<', ns, ':', node.name);
  for (const [name, value] of Object.entries(node.attributes)) {
    const rule = type?.attributes.get(name);
    if (
      type !== undefined &&
      !type.open &&
      name !== 'xsi:type' &&
      (rule === undefined || rule.since > options.generation)
    )
      continue;
    out.push(' ', name, '="', escapeXml(value, options.rawCharacters), '"');
  }
  if (node.children.length === 0) {
    if (node.text === '') out.push('/>');
    else out.push('>', escapeXml(node.text, options.rawCharacters), '</', ns, ':', node.name, '>');
    return;
  }
  out.push('>');
  if (type === undefined || type.open) for (const one of node.children) writeFree(out, one, ns, type, options);
  else for (const { one, rule } of ordered(node, type, options)) writeChild(out, one, rule, options);
  out.push('</', ns, ':', node.name, '>');
}

function writeFree(
  out: string[],
  node: XmlNode,
  ns: string,
  type: SchemaType | undefined,
  options: WriteOptions,
): void {
  const rule = type?.children.get(node.name);
  if (rule === undefined) write(out, node, node.ns === '' ? (ns === 'm' ? 't' : ns) : node.ns, undefined, options);
  else writeChild(out, node, rule, options);
}

function writeChild(out: string[], node: XmlNode, rule: ChildRule, options: WriteOptions): void {
  write(out, node, rule.ns, rule.type === 'any' ? undefined : options.schema.type(rule.type), options);
}

function ordered(node: XmlNode, type: SchemaType, { generation }: WriteOptions): { one: XmlNode; rule: ChildRule }[] {
  const known: { one: XmlNode; rule: ChildRule }[] = [];
  let sorted = true;
  for (const one of node.children) {
    const rule = type.children.get(one.name);
    if (rule === undefined || rule.since > generation) continue;
    if (known.length > 0 && (known.at(-1)?.rule.place ?? 0) > rule.place) sorted = false;
    known.push({ one, rule });
  }
  return sorted ? known : known.sort((a, b) => a.rule.place - b.rule.place);
}
