import { type ConditionGroup, type ConditionPart, type ConditionRow, withoutEmpty } from './condition-model.ts';
import { readTokens, type Token } from './odata-tokens.ts';
import { type ColumnKind, operatorNamed, takesSoMany } from './operators.ts';

/** Operators that `$filter` says by a function on a column and a text; negated ones by `not` before it. */
const textFunctions: Readonly<Record<string, readonly [positive: string, negative: string]>> = {
  contains: ['contains', 'not-contains'],
  startswith: ['begins-with', 'not-begin-with'],
  endswith: ['ends-with', 'not-end-with'],
};
const comparisons: ReadonlySet<string> = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);

/** Functions of Dataverse's dialect whose names do not follow from the operator's. */
const functionNames: Readonly<Record<string, string>> = {
  in: 'In',
  'not-in': 'NotIn',
  'contain-values': 'ContainValues',
  'not-contain-values': 'DoesNotContainValues',
  'eq-userid': 'EqualUserId',
  'ne-userid': 'NotEqualUserId',
  'eq-userteams': 'EqualUserTeams',
  'eq-useroruserteams': 'EqualUserOrUserTeams',
  'eq-businessid': 'EqualBusinessId',
  'ne-businessid': 'NotEqualBusinessId',
  'last-seven-days': 'Last7Days',
  'next-seven-days': 'Next7Days',
  'olderthan-x-days': 'OlderThanXDays',
  'olderthan-x-months': 'OlderThanXMonths',
};
const operatorsByFunction: ReadonlyMap<string, string> = new Map(
  [
    ...Object.keys(functionNames),
    ...'on on-or-after on-or-before today yesterday tomorrow last-x-days next-x-days last-x-months next-x-months this-week last-week next-week this-month last-month next-month this-year last-year next-year'.split(
      ' ',
    ),
  ].map((operator) => [functionName(operator), operator]),
);

function functionName(operator: string): string {
  return functionNames[operator] ?? operator.replaceAll(/(?:^|-)(\w)/g, (_all, letter: string) => letter.toUpperCase());
}

const dialect = 'Microsoft.Dynamics.CRM.';
/** Functions may nest groups so deep; deeper ones stay text. */
const deepest = 20;

/** Reads a `$filter`; undefined where it says more than rows and groups of conditions on the row's own columns can. */
export function readFilter(source: string): ConditionGroup | undefined {
  if (source.trim() === '') return { kind: 'group', match: 'and', parts: [] };
  const tokens = readTokens(source);
  if (tokens === undefined) return undefined;
  const reader = new Reader(tokens);
  const part = reader.either(0);
  if (part === undefined || !reader.isAtEnd) return undefined;
  return part.kind === 'group' ? part : { kind: 'group', match: 'and', parts: [part] };
}

/** Reads by descent; undefined from any of its methods means that the builder cannot show it. */
class Reader {
  #at = 0;
  readonly #tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  either(depth: number): ConditionPart | undefined {
    return this.#joined('or', () => this.#joined('and', () => this.#single(depth)));
  }

  #joined(match: 'and' | 'or', next: () => ConditionPart | undefined): ConditionPart | undefined {
    const parts: ConditionPart[] = [];
    do {
      const part = next();
      if (part === undefined) return undefined;
      parts.push(part);
    } while (this.#takes('word', match));
    return parts.length === 1 ? parts[0] : { kind: 'group', match, parts };
  }

  #single(depth: number): ConditionPart | undefined {
    if (depth > deepest) return undefined;
    const isNegated = this.#takes('word', 'not');
    if (!isNegated && this.#takes('sign', '(')) {
      const part = this.either(depth + 1);
      return this.#takes('sign', ')') ? part : undefined;
    }
    const name = this.#next('word');
    if (name === undefined) return undefined;
    if (this.#takes('sign', '('))
      return name.startsWith(dialect) ? this.#query(name, isNegated) : this.#text(name, isNegated);
    return isNegated ? undefined : this.#comparison(name);
  }

  /** `contains(column,'text')` */
  #text(name: string, isNegated: boolean): ConditionRow | undefined {
    const operator = Object.hasOwn(textFunctions, name) ? textFunctions[name]?.[isNegated ? 1 : 0] : undefined;
    const column = this.#next('word');
    if (operator === undefined || column === undefined || !this.#takes('sign', ',')) return undefined;
    const value = this.#next('text');
    if (value === undefined || !this.#takes('sign', ')')) return undefined;
    return { kind: 'row', column: columnOf(column), operator, values: [value] };
  }

  /** `Microsoft.Dynamics.CRM.In(PropertyName='column',PropertyValues=['1','2'])` */
  #query(name: string, isNegated: boolean): ConditionRow | undefined {
    const operator = operatorsByFunction.get(name.slice(dialect.length));
    if (operator === undefined || isNegated || !this.#takes('word', 'PropertyName') || !this.#takes('sign', '='))
      return undefined;
    const column = this.#next('text');
    const takes = operatorNamed(operator)?.takes;
    const values = takes === 'none' ? [] : this.#values(takes === 'many');
    if (column === undefined || values === undefined || !this.#takes('sign', ')')) return undefined;
    if (column.includes('/') || !takesSoMany(operator, values.length)) return undefined;
    return { kind: 'row', column: columnOf(column), operator, values };
  }

  #values(areMany: boolean): readonly string[] | undefined {
    const isThere =
      this.#takes('sign', ',') &&
      this.#takes('word', areMany ? 'PropertyValues' : 'PropertyValue') &&
      this.#takes('sign', '=');
    if (!isThere) return undefined;
    if (!areMany) {
      const value = this.#next('text') ?? this.#next('number');
      return value === undefined ? undefined : [value];
    }
    if (!this.#takes('sign', '[')) return undefined;
    const values: string[] = [];
    do {
      const value = this.#next('text') ?? this.#next('number');
      if (value === undefined) return undefined;
      values.push(value);
    } while (this.#takes('sign', ','));
    return this.#takes('sign', ']') ? values : undefined;
  }

  /** `column eq 1` */
  #comparison(name: string): ConditionRow | undefined {
    const operator = this.#next('word');
    if (operator === undefined || !comparisons.has(operator)) return undefined;
    const row = (values: readonly string[], named: string = operator): ConditionRow => ({
      kind: 'row',
      column: columnOf(name),
      operator: named,
      values,
    });
    const token = this.#tokens[this.#at];
    this.#at += 1;
    if (token === undefined || token.kind === 'sign') return undefined;
    if (token.kind !== 'word') return row([token.text]);
    if (token.text === 'null')
      return operator === 'eq' ? row([], 'null') : operator === 'ne' ? row([], 'not-null') : undefined;
    return token.text === 'true' || token.text === 'false' ? row([token.text]) : undefined;
  }

  #takes(kind: Token['kind'], text: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== kind || token.text !== text) return false;
    this.#at += 1;
    return true;
  }

  #next(kind: Token['kind']): string | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== kind) return undefined;
    this.#at += 1;
    return token.text;
  }
}

/** Lookups are called `_name_value` in `$filter`. */
const columnOf = (name: string): string => /^_(.+)_value$/.exec(name)?.[1] ?? name;

/** The `$filter` of conditions; `kindOf` tells how values of a column are written. Empty when there is none. */
export function writeFilter(group: ConditionGroup, kindOf: (column: string) => ColumnKind): string {
  const write = (part: ConditionPart, isInner: boolean): string => {
    if (part.kind === 'row') return writeRow(part, kindOf(part.column));
    const joined = part.parts.map((inner) => write(inner, true)).join(` ${part.match} `);
    return isInner && part.parts.length > 1 ? `(${joined})` : joined;
  };
  return write(withoutEmpty(group), false);
}

function writeRow({ column, operator, values }: ConditionRow, kind: ColumnKind): string {
  const name = kind === 'lookup' ? `_${column}_value` : column;
  const [value = ''] = values;
  if (operator === 'null') return `${name} eq null`;
  if (operator === 'not-null') return `${name} ne null`;
  if (comparisons.has(operator)) return `${name} ${operator} ${kind === 'text' ? quoted(value) : value}`;
  for (const [call, [positive, negative]] of Object.entries(textFunctions)) {
    if (operator === positive) return `${call}(${name},${quoted(value)})`;
    if (operator === negative) return `not ${call}(${name},${quoted(value)})`;
  }
  const takes = operatorNamed(operator)?.takes;
  const more =
    takes === 'none'
      ? ''
      : takes === 'many'
        ? `,PropertyValues=[${values.map(quoted).join(',')}]`
        : `,PropertyValue=${quoted(value)}`;
  return `${dialect}${functionName(operator)}(PropertyName=${quoted(name)}${more})`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
