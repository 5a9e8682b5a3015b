import { type ElementParticle, type GroupParticle, type Particle, parseContent } from './content-model.ts';
import table from './ews-schema.json' with { type: 'json' };

/** A child an element may have. */
export interface ChildRule extends ElementParticle {
  /** Place among the children; those that may stand in any order share one. */
  readonly place: number;
}

/** What the schema says about the elements of one type. */
export interface SchemaType {
  readonly name: string;
  readonly content: GroupParticle | undefined;
  readonly children: ReadonlyMap<string, ChildRule>;
  /** True where anything may stand. */
  readonly open: boolean;
  readonly attributes: ReadonlyMap<
    string,
    { readonly type: string; readonly required: boolean; readonly since: number }
  >;
  /** Type of the text when it has no children. */
  readonly text: string | undefined;
  /** Words its text may be, with the generation that brought them. */
  readonly words: ReadonlyMap<string, number> | undefined;
}

interface RawType {
  readonly content?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly words?: readonly string[];
}

/** The newest generation of servers the table knows. */
const newestGeneration = 3;

/** The messages and types of Exchange Web Services, read on first use of each. */
export class SchemaTable {
  readonly #raw: Readonly<Record<string, RawType>> = table.types as Readonly<Record<string, RawType>>;
  readonly #roots: Readonly<Record<string, string>> = table.roots;
  readonly #types = new Map<string, SchemaType>();

  /** The type of a message or header, by prefix and name; undefined for one that servers of a generation do not know. */
  root(ns: string, name: string, generation = newestGeneration): SchemaType | undefined {
    const [key, since] = splitWord(this.#roots[`${ns}.${name}`] ?? '');
    return key === '' || since > generation ? undefined : this.type(key);
  }

  /** A type by the name the table uses; undefined for one of XML Schema itself (`string`, `boolean`, ...). */
  type(key: string): SchemaType | undefined {
    const known = this.#types.get(key);
    if (known !== undefined) return known;
    const raw = this.#raw[key];
    if (raw === undefined) return undefined;
    const made = readType(key, raw);
    this.#types.set(key, made);
    return made;
  }
}

function readType(name: string, raw: RawType): SchemaType {
  const content = raw.content === undefined ? undefined : parseContent(raw.content);
  const children = new Map<string, ChildRule>();
  const open = content === undefined ? false : place(content, children);
  const attributes = Object.entries(raw.attributes ?? {}).map(([key, text]) => {
    const [, type = '', required = '', since = '0'] = /^([^!@]+)(!?)(?:@(\d))?$/.exec(text) ?? [];
    return [key, { type, required: required !== '', since: Number(since) }] as const;
  });
  return {
    name,
    content,
    children,
    open,
    attributes: new Map(attributes),
    text: raw.text,
    words: raw.words && new Map(raw.words.map((word) => splitWord(word))),
  };
}

function splitWord(word: string): [string, number] {
  const [text = '', since = '0'] = word.split('@');
  return [text, Number(since)];
}

/** Gives every element its place; tells whether anything is allowed as well. */
function place(content: GroupParticle, into: Map<string, ChildRule>): boolean {
  let next = 0;
  let open = false;
  const walk = (part: Particle, fixed: number | undefined): void => {
    if (part.kind === 'any') open = true;
    else if (part.kind === 'element') {
      if (fixed === undefined) next += 1;
      if (!into.has(part.name)) into.set(part.name, { ...part, place: fixed ?? next });
    } else {
      if (part.many && fixed === undefined) next += 1;
      for (const inner of part.parts) walk(inner, fixed ?? (part.many ? next : undefined));
    }
  };
  walk(content, undefined);
  return open;
}
