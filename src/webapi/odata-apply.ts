import { unknownName } from './http-error.ts';
import type { FilterNode, PropertyPath } from './odata-ast.ts';
import { parseFilter } from './odata-filter.ts';
import { splitOutside } from './split-outside.ts';
import { type Aliases, TokenReader } from './token-reader.ts';

/** How `aggregate` draws values together (OData data aggregation 3.1.3); `count` counts rows. */
export type ApplyMethod = 'sum' | 'average' | 'min' | 'max' | 'countdistinct' | 'count';

/** One expression of `aggregate`. */
export interface ApplyAggregate {
  /** Empty for `$count`. */
  readonly path: PropertyPath;
  readonly method: ApplyMethod;
  readonly alias: string;
}

/** `$apply`: filters first, then groups and what is drawn from them. */
export interface Apply {
  readonly filters: readonly FilterNode[];
  readonly groups: readonly PropertyPath[];
  readonly aggregates: readonly ApplyAggregate[];
}

const methods: readonly string[] = ['sum', 'average', 'min', 'max', 'countdistinct'];
const mostExpressions = 50;

/** Reads `$apply`: `filter(...)`, then `aggregate(...)` or `groupby((...),aggregate(...))`. Throws 400 for what else it may hold. */
export function parseApply(text: string, aliases: Aliases): Apply {
  const filters: FilterNode[] = [];
  let drawn: Omit<Apply, 'filters'> | undefined;
  for (const part of splitOutside(text, '/', 'The $apply')) {
    const shape = /^\s*(filter|groupby|aggregate)\s*\((.*)\)\s*$/s.exec(part);
    if (shape?.[2] === undefined || drawn !== undefined) {
      throw unknownName(
        `The $apply cannot be read: '${part.slice(0, 60)}' is not one of filter(...), groupby(...), aggregate(...) in that order.`,
      );
    }
    if (shape[1] === 'filter') filters.push(parseFilter(shape[2], aliases, 'The filter of $apply'));
    else if (shape[1] === 'aggregate') drawn = { groups: [], aggregates: parseAggregates(shape[2]) };
    else drawn = parseGroups(shape[2]);
  }
  if (drawn === undefined) throw unknownName('The $apply draws nothing together; for a filter alone there is $filter.');
  checkNames(drawn);
  return { filters, ...drawn };
}

function parseGroups(text: string): Omit<Apply, 'filters'> {
  const [list = '', drawing, ...more] = splitOutside(text, ',', 'The groupby of $apply');
  const inner = /^\s*\((.*)\)\s*$/s.exec(list)?.[1];
  const aggregate = drawing === undefined ? '' : /^\s*aggregate\s*\((.*)\)\s*$/s.exec(drawing)?.[1];
  if (inner === undefined || aggregate === undefined || more.length > 0) {
    throw unknownName('The groupby of $apply is groupby((property,...),aggregate(...)).');
  }
  const reader = new TokenReader(inner, 'The groupby of $apply');
  const groups: PropertyPath[] = [];
  do groups.push(readPath(reader));
  while (reader.accept(','));
  reader.expectEnd();
  return { groups, aggregates: drawing === undefined ? [] : parseAggregates(aggregate) };
}

function parseAggregates(text: string): readonly ApplyAggregate[] {
  const reader = new TokenReader(text, 'The aggregate of $apply');
  const found: ApplyAggregate[] = [];
  do {
    if (found.length >= mostExpressions) reader.fail(`at most ${mostExpressions} expressions`);
    const isCount = reader.acceptWord('$count');
    const path = isCount ? [] : readPath(reader);
    const method = isCount ? 'count' : readMethod(reader);
    if (!reader.acceptWord('as')) reader.fail("'as' and a name for the result");
    found.push({ path, method, alias: reader.expectName().text });
  } while (reader.accept(','));
  reader.expectEnd();
  return found;
}

function readMethod(reader: TokenReader): ApplyMethod {
  if (!reader.acceptWord('with')) reader.fail(`'with' and one of ${methods.join(', ')}`);
  const method = reader.expectName().text;
  if (!methods.includes(method)) {
    throw unknownName(`The aggregation method '${method.slice(0, 40)}' is none of ${methods.join(', ')}.`);
  }
  return method as ApplyMethod;
}

function readPath(reader: TokenReader): PropertyPath {
  const path = [reader.expectName().text];
  while (reader.accept('/')) path.push(reader.expectName().text);
  if (path.length > 5) reader.fail('a path of at most 5 names');
  return path;
}

function checkNames({ groups, aggregates }: Omit<Apply, 'filters'>): void {
  const names = [...groups.map((path) => path.join('/')), ...aggregates.map(({ alias }) => alias)];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw unknownName(`The $apply names '${twice.slice(0, 60)}' twice.`);
  const wrong = aggregates.find(({ alias }) => !/^[A-Za-z_]\w{0,127}$/.test(alias) || alias === '__proto__');
  if (wrong !== undefined) throw unknownName(`'${wrong.alias.slice(0, 60)}' cannot name a result of $apply.`);
}
