import { readXsd, type XsdNode } from './xsd-node.ts';

/** What one type allows: see testbed/exchange/schema/schema-table.ts, which reads it. */
export interface FlatType {
  /** Content model: `t.Name=type` with `?`, `*`, `+`, groups in brackets, `|` between alternatives; absent without children. */
  content?: string;
  /** Attribute to type; `!` behind a required one. */
  attributes?: Record<string, string>;
  /** Type of the text; absent with children. */
  text?: string;
  /** Words a simple type allows. */
  words?: string[];
}

/** A type whose base still has to be put in front of it. */
interface DerivedType extends FlatType {
  base?: string;
}

/** The types reachable from the operations' messages, and the type of each message. */
export interface FlatSchema {
  readonly roots: Record<string, string>;
  readonly types: Record<string, FlatType>;
}

type Prefix = 't' | 'm';

const headers = [
  'RequestServerVersion',
  'ServerVersionInfo',
  'ExchangeImpersonation',
  'TimeZoneContext',
  'MailboxCulture',
];

/** Flattens both schema files to the part that `operations` and the SOAP headers need. */
export function flattenSchema(texts: Record<Prefix, string>, operations: readonly string[]): FlatSchema {
  const reader = new SchemaReader({ t: readXsd(texts.t), m: readXsd(texts.m) });
  for (const name of operations) {
    reader.addRoot('m', name);
    reader.addRoot('m', `${name}Response`);
    reader.addRoot('m', `${name}Request`);
  }
  for (const name of headers) reader.addRoot('t', name);
  return reader.schema;
}

class SchemaReader {
  readonly #roots: Record<string, string> = {};
  readonly #types: Record<string, DerivedType> = {};
  readonly #globals = new Map<string, XsdNode>();
  readonly #substitutes = new Map<string, string[]>();

  constructor(files: Record<Prefix, XsdNode>) {
    for (const prefix of ['t', 'm'] as const) {
      for (const node of files[prefix].children) {
        const key = `${node.name}:${prefix}.${node.attributes.name}`;
        this.#globals.set(key, node);
        const group = node.attributes.substitutionGroup;
        if (group === undefined) continue;
        const head = qualified(group, prefix);
        this.#substitutes.set(head, [...(this.#substitutes.get(head) ?? []), `${prefix}.${node.attributes.name}`]);
      }
    }
  }

  addRoot(prefix: Prefix, name: string): void {
    const node = this.#globals.get(`element:${prefix}.${name}`);
    if (node !== undefined) this.#roots[`${prefix}.${name}`] = this.#typeOf(node, prefix, name);
  }

  /** All that was reached, bases put in front of what derives from them. */
  get schema(): FlatSchema {
    const types: Record<string, FlatType> = {};
    for (const key of Object.keys(this.#types)) types[key] = this.#flat(key);
    return { roots: this.#roots, types };
  }

  #flat(key: string): FlatType {
    const { base, ...own } = this.#types[key] ?? {};
    if (base === undefined) return own;
    const from = this.#types[base] === undefined ? { text: base } : this.#flat(base);
    const content = [from.content, own.content].filter((text) => text !== undefined).join(' ');
    return {
      ...(content === '' ? {} : { content }),
      ...(from.attributes || own.attributes ? { attributes: { ...from.attributes, ...own.attributes } } : {}),
      ...(from.text === undefined || content !== '' ? {} : { text: from.text }),
      ...(from.words === undefined ? {} : { words: from.words }),
    };
  }

  #typeOf(element: XsdNode, prefix: Prefix, context: string): string {
    const named = element.attributes.type;
    if (named !== undefined) return this.#use(qualified(named, prefix));
    const own = element.children.find(({ name }) => name === 'complexType' || name === 'simpleType');
    if (own === undefined) return 'any';
    const key = `${prefix}.${context}/${element.attributes.name ?? ''}`;
    if (this.#types[key] === undefined) {
      this.#types[key] = {};
      this.#types[key] = this.#describe(own, prefix, key.slice(2));
    }
    return key;
  }

  #use(key: string): string {
    if (!/^[tm]\./.test(key) || this.#types[key] !== undefined) return key;
    const node = this.#globals.get(`complexType:${key}`) ?? this.#globals.get(`simpleType:${key}`);
    if (node === undefined) return 'string';
    this.#types[key] = {};
    this.#types[key] = this.#describe(node, key[0] as Prefix, key.slice(2));
    return key;
  }

  #describe(node: XsdNode, prefix: Prefix, context: string): DerivedType {
    if (node.name === 'simpleType') return this.#simple(node, prefix);
    const derived = node.children.find(({ name }) => name === 'complexContent' || name === 'simpleContent');
    if (derived === undefined) return this.#compose(node, prefix, context);
    const step = derived.children.find(({ name }) => name === 'extension' || name === 'restriction');
    if (step === undefined) return {};
    const base = qualified(step.attributes.base ?? 'xs:string', prefix);
    this.#use(base);
    const own = this.#compose(step, prefix, context);
    return derived.name === 'complexContent' && step.name === 'restriction' ? own : { ...own, base };
  }

  #compose(node: XsdNode, prefix: Prefix, context: string): FlatType {
    const parts: string[] = [];
    const attributes: Record<string, string> = {};
    for (const child of node.children) {
      const particle = this.#particle(child, prefix, context);
      if (particle !== '') parts.push(particle);
      if (child.name === 'attribute' || child.name === 'attributeGroup') this.#attributes(child, prefix, attributes);
    }
    return {
      ...(parts.length > 0 ? { content: parts.join(' ') } : {}),
      ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
    };
  }

  #attributes(node: XsdNode, prefix: Prefix, into: Record<string, string>): void {
    if (node.name === 'attributeGroup') {
      const group = this.#globals.get(`attributeGroup:${qualified(node.attributes.ref ?? '', prefix)}`);
      for (const child of group?.children ?? []) this.#attributes(child, prefix, into);
      return;
    }
    const { name, type, use } = node.attributes;
    if (name === undefined) return;
    const own = type === undefined ? 'string' : this.#use(qualified(type, prefix));
    into[name] = `${own}${use === 'required' ? '!' : ''}`;
  }

  #particle(node: XsdNode, prefix: Prefix, context: string): string {
    const times = occurrence(node);
    switch (node.name) {
      case 'element':
        return this.#element(node, prefix, context, times);
      case 'sequence': {
        const inner = node.children
          .map((child) => this.#particle(child, prefix, context))
          .filter((text) => text !== '');
        if (inner.length === 0) return '';
        return times === '' ? inner.join(' ') : `(${inner.join(' ')})${times}`;
      }
      case 'choice': {
        const inner = node.children
          .map((child) => this.#particle(child, prefix, context))
          .filter((text) => text !== '');
        return inner.length === 0 ? '' : `(${inner.join(' | ')})${times}`;
      }
      case 'all': {
        const inner = node.children.map((child) => this.#particle(child, prefix, context).replace(/[?*+]$/, ''));
        return `(${inner.join(' | ')})*`;
      }
      case 'group': {
        const group = this.#globals.get(`group:${qualified(node.attributes.ref ?? '', prefix)}`);
        const inner = (group?.children ?? []).map((child) => this.#particle(child, prefix, context)).join(' ');
        return times === '' ? inner : `(${inner})${times}`;
      }
      case 'any':
        return 'any*';
      default:
        return '';
    }
  }

  #element(node: XsdNode, prefix: Prefix, context: string, times: string): string {
    const { name, ref } = node.attributes;
    if (ref === undefined) return `${prefix}.${name}=${this.#typeOf(node, prefix, context)}${times}`;
    const key = qualified(ref, prefix);
    const head = this.#globals.get(`element:${key}`);
    const isAbstract = head?.attributes.abstract === 'true';
    const names = [...(isAbstract ? [] : [key]), ...(this.#substitutes.get(key) ?? [])];
    const inner = names.map((one) => {
      const target = this.#globals.get(`element:${one}`);
      return `${one}=${target === undefined ? 'any' : this.#typeOf(target, one[0] as Prefix, one.slice(2))}`;
    });
    return inner.length === 1 ? `${inner[0]}${times}` : `(${inner.join(' | ')})${times}`;
  }

  #simple(node: XsdNode, prefix: Prefix): DerivedType {
    const restriction = node.children.find(({ name }) => name === 'restriction');
    if (restriction === undefined) {
      const list = node.children.find(({ name }) => name === 'list');
      const words = (list?.children ?? []).flatMap((child) => this.#simple(child, prefix).words ?? []);
      const item = list?.attributes.itemType;
      const named = item === undefined ? undefined : this.#types[this.#use(qualified(item, prefix))]?.words;
      return { text: 'list', ...(named !== undefined || words.length > 0 ? { words: named ?? words } : {}) };
    }
    const words = restriction.children
      .filter(({ name }) => name === 'enumeration')
      .map((one) => one.attributes.value ?? '');
    const base = qualified(restriction.attributes.base ?? 'xs:string', prefix);
    if (words.length > 0) return { text: 'string', words };
    this.#use(base);
    return { base };
  }
}

/** `t:ItemIdType` to `t.ItemIdType`, `xs:string` to `string`, a bare name to one of the file's own. */
function qualified(name: string, own: Prefix): string {
  const [prefix, local] = name.includes(':') ? name.split(':') : [own, name];
  return prefix === 'xs' ? (local ?? '') : `${prefix}.${local}`;
}

function occurrence(node: XsdNode): string {
  const min = node.attributes.minOccurs ?? '1';
  const many = (node.attributes.maxOccurs ?? '1') !== '1';
  if (many) return min === '0' ? '*' : '+';
  return min === '0' ? '?' : '';
}
