import type { XmlNode } from '../xml/xml-node.ts';
import type { Particle } from './content-model.ts';
import type { SchemaTable, SchemaType } from './schema-table.ts';

const patterns: Readonly<Record<string, RegExp>> = {
  boolean: /^\s*(true|false|0|1)\s*$/,
  int: /^\s*[+-]?\d+\s*$/,
  long: /^\s*[+-]?\d+\s*$/,
  short: /^\s*[+-]?\d+\s*$/,
  unsignedInt: /^\s*\d+\s*$/,
  unsignedShort: /^\s*\d+\s*$/,
  dateTime: /^\s*-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?\s*$/,
  date: /^\s*-?\d{4,}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?\s*$/,
  base64Binary: /^[\sA-Za-z0-9+/=]*$/,
};

/** Sentence about the first thing in `node` that its schema forbids to a server of that generation; undefined when all is well. */
export function checkRequest(node: XmlNode, schema: SchemaTable, generation: number): string | undefined {
  const type = schema.root(node.ns, node.name, generation);
  if (type === undefined) return `The element '${node.name}' is not declared.`;
  return checkNode(node, type, schema, generation);
}

function checkNode(node: XmlNode, type: SchemaType, schema: SchemaTable, generation: number): string | undefined {
  for (const [name, { required }] of type.attributes) {
    if (required && node.attributes[name] === undefined) return `The required attribute '${name}' is missing.`;
  }
  for (const [name, value] of Object.entries(node.attributes)) {
    const rule = type.attributes.get(name);
    if (rule === undefined || rule.since > generation) {
      if (type.open || ['nil', 'type', 'schemaLocation', 'mustUnderstand', 'actor'].includes(name)) continue;
      return `The '${name}' attribute is not declared.`;
    }
    const wrong = checkText(value, rule.type, schema, generation);
    if (wrong !== undefined) return `The '${name}' attribute is invalid - ${wrong}`;
  }
  if (type.content === undefined) {
    if (node.children.length > 0) return noChild(node, node.children[0]);
    const wrong = checkText(node.text, type.text ?? 'string', schema, generation, type.words);
    return wrong === undefined ? undefined : `The '${node.name}' element is invalid - ${wrong}`;
  }
  return checkChildren(node, type, schema, generation);
}

function checkChildren(node: XmlNode, type: SchemaType, schema: SchemaTable, generation: number): string | undefined {
  const reached = type.content === undefined ? 0 : match(type.content, node.children, 0, generation);
  if (typeof reached === 'string') {
    return `The element '${node.name}' has incomplete content or an element at the wrong place: ${reached} was expected.`;
  }
  if (reached < node.children.length && !type.open) return noChild(node, node.children[reached]);
  for (const one of node.children) {
    const rule = type.children.get(one.name);
    if (rule === undefined || rule.type === 'any') continue;
    const inner = schema.type(rule.type);
    const wrong =
      inner !== undefined
        ? checkNode(one, inner, schema, generation)
        : checkText(one.text, rule.type, schema, generation);
    if (wrong !== undefined) return inner === undefined ? `The '${one.name}' element is invalid - ${wrong}` : wrong;
  }
  return undefined;
}

function noChild(node: XmlNode, wrong: XmlNode | undefined): string {
  return `The element '${node.name}' has invalid child element '${wrong?.name}'.`;
}

/** How many children the particle takes from `from` on, as the next index; the name it misses when it must have one. */
function match(part: Particle, children: readonly XmlNode[], from: number, generation: number): number | string {
  if (part.kind === 'any') return children.length;
  let at = from;
  for (let times = 0; ; times += 1) {
    const next = matchOnce(part, children, at, generation);
    if (typeof next === 'string') return times > 0 || part.optional ? at : next;
    if (next === at || !part.many) return next;
    at = next;
  }
}

function matchOnce(
  part: Exclude<Particle, { kind: 'any' }>,
  children: readonly XmlNode[],
  from: number,
  generation: number,
): number | string {
  if (part.kind === 'element') {
    const one = children[from];
    return one?.name === part.name && one.ns === part.ns && part.since <= generation ? from + 1 : `'${part.name}'`;
  }
  if (part.kind === 'sequence') {
    let at = from;
    for (const inner of part.parts) {
      const next = match(inner, children, at, generation);
      if (typeof next === 'string') return next;
      at = next;
    }
    return at;
  }
  const missing: string[] = [];
  let empty: number | undefined;
  for (const inner of part.parts) {
    const next = match(inner, children, from, generation);
    if (typeof next === 'string') missing.push(next);
    else if (next > from) return next;
    else empty = next;
  }
  return empty ?? missing.slice(0, 3).join(' or ');
}

function checkText(
  text: string,
  type: string,
  schema: SchemaTable,
  generation: number,
  own?: ReadonlyMap<string, number>,
): string | undefined {
  const named = schema.type(type);
  const words = own ?? named?.words;
  const base = named?.text ?? type;
  if (words !== undefined) {
    const given = base === 'list' ? text.trim().split(/\s+/).filter(Boolean) : [text.trim()];
    const bad = given.find((word) => (words.get(word) ?? Number.POSITIVE_INFINITY) > generation);
    if (bad !== undefined) return `The value '${bad}' is invalid according to its datatype '${type}'.`;
    return undefined;
  }
  const pattern = patterns[base];
  if (pattern === undefined || pattern.test(text)) return undefined;
  return `The value '${text.slice(0, 60)}' is invalid according to its datatype '${base}'.`;
}
