import { unknownName } from './http-error.ts';
import type { ComparisonOperator, FilterNode, Literal, PropertyPath, TextFunction } from './odata-ast.ts';
import { type Aliases, TokenReader } from './token-reader.ts';

const comparisons: ReadonlySet<string> = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);
const mirrored: Readonly<Record<ComparisonOperator, ComparisonOperator>> = {
  eq: 'eq',
  ne: 'ne',
  gt: 'lt',
  ge: 'le',
  lt: 'gt',
  le: 'ge',
};
const textFunctions: ReadonlySet<string> = new Set(['contains', 'startswith', 'endswith']);
const queryPrefix = 'Microsoft.Dynamics.CRM.';

/** Deepest nesting and most conditions of one filter; beyond, a filter is taken for an attack. */
const limits = { depth: 100, conditions: 1000 } as const;

/** Reads `$filter` into a tree. Throws 400 (80060888) with the position of what cannot be read. */
export function parseFilter(text: string, aliases: Aliases = new Map(), what = 'The $filter'): FilterNode {
  const parser = new FilterParser(new TokenReader(text, what, aliases));
  const node = parser.disjunction(0);
  parser.reader.expectEnd();
  return node;
}

class FilterParser {
  readonly reader: TokenReader;
  #conditions = 0;

  constructor(reader: TokenReader) {
    this.reader = reader;
  }

  disjunction(depth: number): FilterNode {
    if (depth > limits.depth) throw unknownName(`${this.reader.what} nests deeper than ${limits.depth} levels.`);
    const operands = [this.#conjunction(depth)];
    while (this.reader.acceptWord('or')) operands.push(this.#conjunction(depth));
    return operands.length === 1 && operands[0] ? operands[0] : { kind: 'or', operands };
  }

  #conjunction(depth: number): FilterNode {
    const operands = [this.#negation(depth)];
    while (this.reader.acceptWord('and')) operands.push(this.#negation(depth));
    return operands.length === 1 && operands[0] ? operands[0] : { kind: 'and', operands };
  }

  #negation(depth: number): FilterNode {
    if (depth > limits.depth) throw unknownName(`${this.reader.what} nests deeper than ${limits.depth} levels.`);
    if (this.reader.acceptWord('not')) return { kind: 'not', operand: this.#negation(depth + 1) };
    if (this.reader.accept('(')) {
      const inner = this.disjunction(depth + 1);
      this.reader.expect(')');
      return this.#againstBoolean(inner);
    }
    return this.#condition(depth);
  }

  #condition(depth: number): FilterNode {
    this.#conditions += 1;
    if (this.#conditions > limits.conditions) {
      throw unknownName(`${this.reader.what} has more than ${limits.conditions} conditions.`);
    }
    const token = this.reader.peek();
    const next = this.reader.peek(1);
    if (token.kind === 'name' && next.kind === 'sign' && next.text === '(' && token.text !== 'null') {
      return this.#againstBoolean(this.#call());
    }
    const isLiteral = token.kind !== 'name' || ['null', 'true', 'false'].includes(token.text);
    if (isLiteral) return this.#literalFirst(token.position);
    return this.#pathFirst(token.position, depth);
  }

  /** `contains(a,'b') eq true` is what some clients write for `contains(a,'b')`. */
  #againstBoolean(node: FilterNode): FilterNode {
    const token = this.reader.peek();
    if (token.kind !== 'name' || (token.text !== 'eq' && token.text !== 'ne')) return node;
    this.reader.take();
    const value = this.reader.literal();
    if (value.type !== 'boolean') this.reader.fail('true or false');
    return value.value === (token.text === 'eq') ? node : { kind: 'not', operand: node };
  }

  #literalFirst(position: number): FilterNode {
    const value = this.reader.literal();
    const operator = this.#operator();
    return { kind: 'compare', operator: mirrored[operator], path: this.#path(), value, position };
  }

  #pathFirst(position: number, depth: number): FilterNode {
    const path = this.#path();
    const quantifier = path.at(-1);
    if (path.length > 1 && (quantifier === 'any' || quantifier === 'all') && this.reader.accept('(')) {
      return this.#lambda(quantifier, path.slice(0, -1), position, depth);
    }
    if (this.reader.acceptWord('in')) {
      this.reader.expect('(');
      return { kind: 'in', path, values: this.reader.listTo(')'), position };
    }
    const operator = this.#operator();
    const token = this.reader.peek();
    const isWord = token.kind === 'name' && !['null', 'true', 'false'].includes(token.text);
    const isColumn = isWord && !this.reader.isEnumeration();
    if (isColumn) return { kind: 'columns', operator, path, otherPath: this.#path(), position };
    return { kind: 'compare', operator, path, value: this.reader.literal(), position };
  }

  #operator(): ComparisonOperator {
    const token = this.reader.peek();
    if (token.kind !== 'name' || !comparisons.has(token.text)) this.reader.fail('one of eq, ne, gt, ge, lt, le, in');
    this.reader.take();
    return token.text as ComparisonOperator;
  }

  #path(): PropertyPath {
    const path = [this.reader.expectName().text];
    while (this.reader.accept('/')) path.push(this.reader.expectName().text);
    if (path.length > 10) this.reader.fail('a path of at most 10 names');
    return path;
  }

  #lambda(quantifier: 'any' | 'all', collection: PropertyPath, position: number, depth: number): FilterNode {
    if (this.reader.accept(')')) {
      if (quantifier === 'all') this.reader.fail('a condition inside all()');
      return { kind: 'lambda', quantifier, collection, position };
    }
    const variable = this.reader.expectName().text;
    this.reader.expect(':');
    const body = this.disjunction(depth + 1);
    this.reader.expect(')');
    return { kind: 'lambda', quantifier, collection, variable, body, position };
  }

  #call(): FilterNode {
    const name = this.reader.peek();
    if (name.text.startsWith(queryPrefix)) return this.#queryFunction();
    if (!textFunctions.has(name.text)) {
      this.reader.fail('contains, startswith, endswith or a function of Microsoft.Dynamics.CRM');
    }
    this.reader.take();
    this.reader.expect('(');
    const path = this.#path();
    this.reader.expect(',');
    const value = this.reader.literal();
    this.reader.expect(')');
    return { kind: 'text', function: name.text as TextFunction, path, value, position: name.position };
  }

  #queryFunction(): FilterNode {
    const token = this.reader.take();
    this.reader.expect('(');
    const parameters = new Map<string, Literal | readonly Literal[]>();
    if (!this.reader.accept(')')) {
      do {
        const name = this.reader.expectName().text;
        this.reader.expect('=');
        parameters.set(name, this.reader.literalOrList());
      } while (this.reader.accept(','));
      this.reader.expect(')');
    }
    return { kind: 'query', name: token.text.slice(queryPrefix.length), parameters, position: token.position };
  }
}
