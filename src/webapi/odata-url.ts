import { unknownName } from './http-error.ts';
import type { Literal } from './odata-ast.ts';
import { splitOutside } from './split-outside.ts';
import { type Aliases, TokenReader } from './token-reader.ts';

/** What stands in the parentheses after a path segment: a key or a function's parameters. */
export interface PathArgument {
  /** Absent in `emails(<guid>)`. */
  readonly name?: string;
  readonly value: Literal | readonly Literal[];
  /** A parameter given as JSON over an alias, as in `Name(Target=@t)?@t={"@odata.id":"accounts(<id>)"}`; `value` is null then. */
  readonly json?: unknown;
}

/** One segment of a resource path, `emails(<guid>)` or `$count`. */
export interface PathSegment {
  readonly name: string;
  /** Present when parentheses stood there, even empty ones. */
  readonly args?: readonly PathArgument[];
}

/** Reads the resource path after the version root. Throws 400 (80060888) for what cannot be read. */
export function parsePath(path: string, aliases: Aliases = new Map()): readonly PathSegment[] {
  const parts = splitPath(path).filter((part) => part !== '');
  if (parts.length > 10) throw unknownName('The path has more than 10 segments.');
  return parts.map((part) => parseSegment(decode(part, 'The path'), aliases));
}

/** A slash inside a quoted key value is part of it. */
function splitPath(path: string): readonly string[] {
  const isQuoted = /'|%27/i.test(path);
  return isQuoted ? splitOutside(path.replace(/%27/gi, "'"), '/', 'The path') : path.split('/');
}

function parseSegment(text: string, aliases: Aliases): PathSegment {
  const name = /^[$A-Za-z_][\w.$]*/.exec(text)?.[0];
  if (name === undefined)
    throw unknownName(`The path segment '${text.slice(0, 100)}' cannot be read: a name is expected.`);
  const rest = text.slice(name.length);
  if (rest === '') return { name };
  const reader = new TokenReader(rest, `The path segment '${text.slice(0, 100)}'`, aliases);
  reader.expect('(');
  const args: PathArgument[] = [];
  if (!reader.accept(')')) {
    do {
      args.push(parseArgument(reader));
    } while (reader.accept(','));
    reader.expect(')');
  }
  reader.expectEnd();
  return { name, args };
}

function parseArgument(reader: TokenReader): PathArgument {
  const next = reader.peek(1);
  if (reader.peek().kind === 'name' && next.kind === 'sign' && next.text === '=') {
    const name = reader.take().text;
    reader.expect('=');
    const json = jsonAlias(reader);
    return json === undefined ? { name, value: reader.literalOrList() } : { name, value: { type: 'null' }, json };
  }
  return { value: reader.literal() };
}

/** Takes an alias that stands for a JSON object; clients write its quotes single or double. */
function jsonAlias(reader: TokenReader): unknown {
  const token = reader.peek();
  const text = token.kind === 'alias' ? reader.aliases.get(token.text)?.trim() : undefined;
  if (text === undefined || !text.startsWith('{')) return undefined;
  reader.take();
  for (const form of [text, text.replaceAll("'", '"')]) {
    try {
      return JSON.parse(form);
    } catch {
      // the other form, or told below
    }
  }
  throw unknownName(`The parameter ${token.text} cannot be read as a JSON object.`);
}

/** Splits a query string; a name given twice or undecodable text is 400. */
export function parseQueryString(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decode((at < 0 ? pair : pair.slice(0, at)).replaceAll('+', ' '), 'The query string');
    const value =
      at < 0 ? '' : decode(pair.slice(at + 1).replaceAll('+', ' '), `The query option ${name.slice(0, 60)}`);
    if (found.has(name)) throw unknownName(`The query option '${name.slice(0, 60)}' is given twice.`);
    found.set(name, value);
  }
  return found;
}

/** The `@name` parameters among query options. */
export function aliasesOf(query: ReadonlyMap<string, string>): Aliases {
  return new Map([...query].filter(([name]) => name.startsWith('@')));
}

function decode(text: string, what: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw unknownName(`${what} holds a broken percent-encoding.`);
  }
  if (decoded.includes('\u0000')) throw unknownName(`${what} holds a NUL character.`);
  return decoded;
}
