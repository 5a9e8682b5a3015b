import { unknownName } from './http-error.ts';
import type { Literal } from './odata-ast.ts';
import { type Token, tokenize } from './odata-tokens.ts';

/** Values of `@name` parameters by name with the at sign, as written in the query string. */
export type Aliases = ReadonlyMap<string, string>;

/** Reads an expression word by word and fails with the position. */
export class TokenReader {
  readonly what: string;
  readonly aliases: Aliases;
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor(text: string, what: string, aliases: Aliases = new Map()) {
    this.what = what;
    this.aliases = aliases;
    this.#tokens = tokenize(text, what);
  }

  /** The word `ahead` places on, without taking it. */
  peek(ahead = 0): Token {
    const last = this.#tokens.length - 1;
    return this.#tokens[Math.min(this.#index + ahead, last)] ?? { kind: 'end', text: '', position: 1 };
  }

  take(): Token {
    const token = this.peek();
    this.#index += 1;
    return token;
  }

  /** Takes the sign when it is next. */
  accept(sign: string): boolean {
    const token = this.peek();
    if (token.kind !== 'sign' || token.text !== sign) return false;
    this.#index += 1;
    return true;
  }

  expect(sign: string): void {
    if (!this.accept(sign)) this.fail(`'${sign}'`);
  }

  /** Takes the keyword when it is next (`and`, `eq`). */
  acceptWord(word: string): boolean {
    const token = this.peek();
    if (token.kind !== 'name' || token.text !== word) return false;
    this.#index += 1;
    return true;
  }

  expectName(): Token {
    if (this.peek().kind !== 'name') this.fail('a name');
    return this.take();
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') this.fail('the end');
  }

  /** Throws 400 saying what was expected where. */
  fail(expected: string): never {
    const token = this.peek();
    const found = token.kind === 'end' ? 'the end' : `'${token.text.slice(0, 60)}'`;
    throw unknownName(
      `${this.what} cannot be read at position ${token.position}: expected ${expected}, found ${found}.`,
    );
  }

  /** True before a member of an enumeration, as in `Microsoft.Dynamics.CRM.AttributeTypeCode'Lookup'`. */
  isEnumeration(): boolean {
    const [name, text] = [this.peek(), this.peek(1)];
    const isAdjacent = text.position === name.position + name.text.length;
    return (
      name.kind === 'name' && name.text.startsWith('Microsoft.Dynamics.CRM.') && text.kind === 'string' && isAdjacent
    );
  }

  /** A literal or an alias standing for one. */
  literal(): Literal {
    const token = this.peek();
    if (token.kind === 'alias') {
      this.take();
      return this.#aliased(token).literalToEnd();
    }
    if (this.isEnumeration()) {
      this.take();
      return { type: 'string', value: this.take().text };
    }
    const value = literalOf(token);
    if (value === undefined) this.fail('a value');
    this.take();
    return value;
  }

  /** A literal, a bracketed list of literals, or an alias standing for either. */
  literalOrList(): Literal | readonly Literal[] {
    const token = this.peek();
    if (token.kind === 'alias') {
      this.take();
      const json = jsonLiteral(this.aliases.get(token.text) ?? '');
      if (json !== undefined) return json;
      const inner = this.#aliased(token);
      const value = inner.literalOrList();
      inner.expectEnd();
      return value;
    }
    return this.accept('[') ? this.listTo(']') : this.literal();
  }

  /** Literals separated by commas up to the closing sign. */
  listTo(close: string): readonly Literal[] {
    const values: Literal[] = [];
    if (this.accept(close)) return values;
    do {
      const isJson = close === ']' && this.peek().kind === 'jsonString';
      values.push(isJson ? { type: 'string', value: this.take().text } : this.literal());
      if (values.length > 5000) this.fail('at most 5,000 values');
    } while (this.accept(','));
    this.expect(close);
    return values;
  }

  literalToEnd(): Literal {
    if (this.peek().kind === 'alias') this.fail('a value, not another parameter');
    const value = this.literal();
    this.expectEnd();
    return value;
  }

  #aliased(token: Token): TokenReader {
    const text = this.aliases.get(token.text);
    if (text === undefined) {
      throw unknownName(
        `${this.what} names the parameter ${token.text} at position ${token.position}, which the query string does not define.`,
      );
    }
    if (text.trimStart().startsWith('@'))
      throw unknownName(`The parameter ${token.text} must hold a value, not another parameter.`);
    return new TokenReader(text, `The parameter ${token.text}`);
  }
}

/** A parameter written as JSON: an object, or a list; undefined for other texts. Some clients write single quotes. */
function jsonLiteral(text: string): Literal | readonly Literal[] | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const json = text.includes('"') || text.trimStart().startsWith('[') ? text : text.replaceAll("'", '"');
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return { type: 'json', value: value as object };
  const scalars = value.map(scalarLiteral).filter((literal) => literal !== undefined);
  if (scalars.length > 5000) throw unknownName('A list holds at most 5,000 values.');
  return scalars.length === value.length ? scalars : { type: 'json', value };
}

function scalarLiteral(value: unknown): Literal | undefined {
  if (value === null) return { type: 'null' };
  if (typeof value === 'boolean') return { type: 'boolean', value };
  if (typeof value === 'number') return { type: 'number', value: String(value) };
  return typeof value === 'string' ? { type: 'string', value } : undefined;
}

function literalOf(token: Token): Literal | undefined {
  switch (token.kind) {
    case 'string':
    case 'number':
    case 'guid':
    case 'date':
    case 'dateTime':
      return { type: token.kind, value: token.text };
    case 'name':
      if (token.text === 'null') return { type: 'null' };
      if (token.text === 'true' || token.text === 'false') return { type: 'boolean', value: token.text === 'true' };
      return undefined;
    default:
      return undefined;
  }
}
