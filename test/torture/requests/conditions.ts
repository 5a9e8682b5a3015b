import fc from 'fast-check';
import {
  follow,
  type Kind,
  members,
  type Row,
  type SetName,
  samples,
  shapes,
  type Value,
  type World,
} from './world.ts';

/** A condition as text, and what it says of a record; null is "unknown". Written apart from the product, as a yardstick for it. */
export interface Condition {
  readonly text: string;
  holds(row: Row, world: World): boolean | null;
}

type Test = (value: Value) => boolean | null;

const fold = (value: Value): Value => (typeof value === 'string' ? value.toLowerCase() : value);
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** A value as a filter writes it. */
export const literal = (value: Value, kind: Kind): string =>
  value === null ? 'null' : kind === 'text' ? quoted(String(value)) : String(value);

function compared(operator: string, wanted: Value): Test {
  return (value) => {
    if (wanted === null) return (value === null) === (operator === 'eq');
    if (value === null) return operator === 'ne' ? true : null;
    const [left, right] = [fold(value) as number, fold(wanted) as number];
    switch (operator) {
      case 'eq':
        return left === right;
      case 'ne':
        return left !== right;
      case 'gt':
        return left > right;
      case 'ge':
        return left >= right;
      case 'lt':
        return left < right;
      default:
        return left <= right;
    }
  };
}

/** A condition on one column, as text made of its name. */
interface Leaf {
  readonly text: (name: string) => string;
  readonly test: Test;
}

function leafOf(kind: Kind): fc.Arbitrary<Leaf> {
  const value = fc.constantFrom(...samples[kind]);
  const operators = kind === 'flag' ? ['eq', 'ne'] : ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];
  const comparison = fc.tuple(fc.constantFrom(...operators), value).map(
    ([operator, wanted]): Leaf => ({
      text: (name) => `${name} ${operator} ${literal(wanted, kind)}`,
      test: compared(operator, wanted),
    }),
  );
  const mirrored = value.map(
    (wanted): Leaf => ({ text: (name) => `${literal(wanted, kind)} eq ${name}`, test: compared('eq', wanted) }),
  );
  const emptiness = fc.constantFrom('eq', 'ne').map(
    (operator): Leaf => ({
      text: (name) => `${name} ${operator} null`,
      test: compared(operator, null),
    }),
  );
  const listed = fc.array(fc.option(value, { freq: 5 }), { minLength: 1, maxLength: 3 }).map(
    (values): Leaf => ({
      text: (name) => `${name} in (${values.map((one) => literal(one, kind)).join(',')})`,
      test: (given) => {
        if (given === null) return values.includes(null) ? true : null;
        return values.some((one) => one !== null && fold(one) === fold(given));
      },
    }),
  );
  const called = fc.tuple(fc.boolean(), fc.array(value, { minLength: 1, maxLength: 3 })).map(
    ([isNot, values]): Leaf => ({
      text: (name) =>
        `Microsoft.Dynamics.CRM.${isNot ? 'NotIn' : 'In'}(PropertyName='${name}',PropertyValues=[${values.map((one) => quoted(String(one))).join(',')}])`,
      test: (given) => {
        if (given === null) return isNot ? true : null;
        return values.some((one) => fold(one) === fold(given)) !== isNot;
      },
    }),
  );
  const shared = [comparison, mirrored, emptiness, listed, called];
  return fc.oneof(...shared, ...(kind === 'text' ? [textLeaf] : []), ...(kind === 'instant' ? [todayLeaf] : []));
}

const textLeaf = fc
  .tuple(fc.constantFrom('contains', 'startswith', 'endswith'), fc.constantFrom('o', 'ONE', '%', '_', "'", '', 'é'))
  .map(
    ([name, part]): Leaf => ({
      text: (column) => `${name}(${column},${quoted(part)})`,
      test: (value) => {
        if (value === null) return null;
        const [text, wanted] = [String(value).toLowerCase(), part.toLowerCase()];
        if (name === 'contains') return text.includes(wanted);
        return name === 'startswith' ? text.startsWith(wanted) : text.endsWith(wanted);
      },
    }),
  );

/** The tests' clock stands on 15 May 2024. */
const todayLeaf = fc.constant<Leaf>({
  text: (column) => `Microsoft.Dynamics.CRM.Today(PropertyName='${column}')`,
  test: (value) => (value === null ? null : String(value).startsWith('2024-05-15')),
});

const negated = (value: boolean | null): boolean | null => (value === null ? null : !value);
const conjoined = (values: readonly (boolean | null)[]): boolean | null =>
  values.includes(false) ? false : values.includes(null) ? null : true;

/** Conditions on records of a set. `variable` is what stands before property names inside `any` and `all`. */
export function conditionOn(set: SetName, depth: number, variable = ''): fc.Arbitrary<Condition> {
  const shape = shapes[set];
  const columnLeaf = fc.constantFrom(...Object.entries(shape.columns)).chain(([name, kind]) =>
    leafOf(kind).map(
      (leaf): Condition => ({
        text: leaf.text(`${variable}${name}`),
        holds: (row) => leaf.test(row[name] ?? null),
      }),
    ),
  );
  const overLookup = fc.constantFrom(...shape.toOne).chain((way) =>
    fc.constantFrom(...Object.entries(shapes[way.set].columns)).chain(([name, kind]) =>
      leafOf(kind).map(
        (leaf): Condition => ({
          text: leaf.text(`${variable}${way.name}/${name}`),
          holds: (row, world) => leaf.test(follow(world, row, way)?.[name] ?? null) === true,
        }),
      ),
    ),
  );
  const columns = fc
    .tuple(
      fc.constantFrom('eq', 'ne', 'lt'),
      fc.constantFrom(...textColumns(set)),
      fc.constantFrom(...textColumns(set)),
    )
    .map(
      ([operator, one, other]): Condition => ({
        text: `${variable}${one} ${operator} ${variable}${other}`,
        holds: (row) => {
          const [left, right] = [row[one] ?? null, row[other] ?? null];
          if (operator === 'ne' && (left === null) !== (right === null)) return true;
          return left === null || right === null ? null : compared(operator, right)(left);
        },
      }),
    );
  const leaves = [columnLeaf, columnLeaf, overLookup, columns];
  if (depth <= 0) return fc.oneof(...leaves);
  const inner = conditionOn(set, depth - 1, variable);
  const both = fc.tuple(fc.constantFrom('and', 'or'), inner, inner).map(
    ([word, a, b]): Condition => ({
      text: `(${a.text}) ${word} (${b.text})`,
      holds: (row, world) => {
        const values = [a.holds(row, world), b.holds(row, world)];
        return word === 'and' ? conjoined(values) : negated(conjoined(values.map(negated)));
      },
    }),
  );
  const not = inner.map(
    (one): Condition => ({ text: `not (${one.text})`, holds: (row, world) => negated(one.holds(row, world)) }),
  );
  const lambda = fc.constantFrom(...shape.toMany).chain(({ name, set: other, way }) =>
    fc.tuple(fc.constantFrom('any', 'all'), conditionOn(other, depth - 1, `v${depth}/`)).map(
      ([word, body]): Condition => ({
        text: `${variable}${name}/${word}(v${depth}:${body.text})`,
        holds: (row, world) => {
          const rows = members(world, row, other, way, shape.id);
          return word === 'any'
            ? rows.some((one) => body.holds(one, world) === true)
            : rows.every((one) => body.holds(one, world) !== false);
        },
      }),
    ),
  );
  return fc.oneof(...leaves, both, not, lambda);
}

function textColumns(set: SetName): readonly string[] {
  return Object.entries(shapes[set].columns).flatMap(([name, kind]) => (kind === 'text' ? [name] : []));
}
