import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { FilterNode, Literal } from '../../src/webapi/odata-ast.ts';
import { parseFilter } from '../../src/webapi/odata-filter.ts';
import { printFilter } from '../support/print-filter.ts';

const name = fc.constantFrom('subject', '_ownerid_value', 'createdon', 'a', 'o', 'in1', 'notes', 'order', 'nullable');
const literal: fc.Arbitrary<Literal> = fc.oneof(
  fc.constant({ type: 'null' } as const),
  fc.boolean().map((value) => ({ type: 'boolean', value }) as const),
  fc.string({ unit: 'grapheme' }).map((value) => ({ type: 'string', value }) as const),
  fc.uuid().map((value) => ({ type: 'guid', value }) as const),
  fc.integer().map((value) => ({ type: 'number', value: String(value) }) as const),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => ({ type: 'number', value: String(value) }) as const),
  fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-01-01') })
    .map((date) => ({ type: 'dateTime', value: date.toISOString() }) as const),
  fc.constant({ type: 'date', value: '2024-02-29' } as const),
);
const path = fc.array(name, { minLength: 1, maxLength: 3 });
const position = fc.constant(0);

const { node } = fc.letrec<{ node: FilterNode }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({
      kind: fc.constant('compare' as const),
      operator: fc.constantFrom('eq', 'ne', 'gt', 'ge', 'lt', 'le'),
      path,
      value: literal,
      position,
    }),
    fc.record({
      kind: fc.constant('columns' as const),
      operator: fc.constantFrom('eq', 'ne', 'gt', 'ge', 'lt', 'le'),
      path,
      otherPath: path,
      position,
    }),
    fc.record({ kind: fc.constant('in' as const), path, values: fc.array(literal, { maxLength: 4 }), position }),
    fc.record({
      kind: fc.constant('text' as const),
      function: fc.constantFrom('contains', 'startswith', 'endswith'),
      path,
      value: literal,
      position,
    }),
    fc.record({
      kind: fc.constant('query' as const),
      name: fc.constantFrom('In', 'LastXDays', 'Today'),
      parameters: fc.tuple(literal, fc.array(literal, { maxLength: 3 })).map(
        ([one, many]) =>
          new Map<string, Literal | readonly Literal[]>([
            ['PropertyName', one],
            ['PropertyValues', many],
          ]),
      ),
      position,
    }),
    fc.record({
      kind: fc.constant('lambda' as const),
      quantifier: fc.constantFrom('any' as const, 'all' as const),
      collection: path,
      variable: name,
      body: tie('node'),
      position,
    }),
    fc.record({ kind: fc.constant('not' as const), operand: tie('node') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      operands: fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
    }),
  ) as fc.Arbitrary<FilterNode>,
}));

/** Positions are where things stand in the text, so they are left out of the comparison. */
function withoutPositions(value: unknown): unknown {
  if (value instanceof Map) return [...value].map(withoutPositions);
  if (Array.isArray(value)) return value.map(withoutPositions);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'position');
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutPositions(inner)]));
}

test('any filter printed and read again is the same filter', () => {
  fc.assert(
    fc.property(node, (tree) => {
      assert.deepEqual(withoutPositions(parseFilter(printFilter(tree))), withoutPositions(tree));
    }),
    { numRuns: 400 },
  );
});

test('any text either reads as a filter or is refused with 80060888 and a position', () => {
  const word = fc.constantFrom(
    '(',
    ')',
    ',',
    '[',
    ']',
    "'",
    'a',
    'eq',
    'and',
    'not',
    'or',
    'in',
    'null',
    '1',
    '/',
    ':',
    ' ',
    '@p',
    'any',
    'contains(',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word, { maxLength: 30 }).map((words) => words.join(' ')),
      ),
      (text) => {
        try {
          parseFilter(text);
        } catch (error) {
          assert.equal((error as { code?: string }).code, '80060888', String(error));
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('and binds tighter than or, not tighter than both', () => {
  const tree = parseFilter('a eq 1 or not b eq 2 and c eq 3');
  assert.equal(printFilter(tree), '(a eq 1) or ((not (b eq 2)) and (c eq 3))');
});

test('a value may stand first, a function may be compared with true or false, parameters stand for values', () => {
  assert.equal(printFilter(parseFilter('5 lt a')), 'a gt 5');
  assert.equal(printFilter(parseFilter("contains(a,'x') eq false")), "not (contains(a,'x'))");
  const aliases = new Map([
    ['@p', "'it''s'"],
    ['@l', "['a','b']"],
  ]);
  assert.equal(printFilter(parseFilter('a eq @p', aliases)), "a eq 'it''s'");
  const listed = parseFilter("Microsoft.Dynamics.CRM.In(PropertyName='a',PropertyValues=@l)", aliases);
  assert.equal(printFilter(listed), "Microsoft.Dynamics.CRM.In(PropertyName='a',PropertyValues=['a','b'])");
});

test('mistakes are told with their position', () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ['', /position 1: expected .*found the end/],
    ["subject eq 'open", /position 12: a text without closing quote/],
    ['subject = 1', /position 9: expected one of eq/],
    ['(a eq 1', /position 8: expected '\)'/],
    ['a eq 1 b', /position 8: expected the end, found 'b'/],
    ['a eq b c', /position 8: expected the end, found 'c'/],
    ['tolower(a) eq 1', /position 1: expected contains/],
    ['a eq @missing', /@missing at position 6/],
    ['a eq 12345678-1234-1234-1234-12345678901', /position/],
  ];
  for (const [text, message] of refused) assert.throws(() => parseFilter(text), { code: '80060888', message }, text);
});

test('filter bombs are refused quickly', () => {
  assert.throws(() => parseFilter('('.repeat(20_000)), { code: '80060888' });
  assert.throws(() => parseFilter(`${'not '.repeat(5000)}a eq 1`), { code: '80060888' });
  assert.throws(() => parseFilter(Array(1001).fill('a eq 1').join(' or ')), /more than 1000 conditions/);
  assert.throws(() => parseFilter(`a in (${Array(6000).fill('1').join(',')})`), /5,000 values/);
  assert.throws(() => parseFilter(`a eq '${'x'.repeat(70_000)}'`), /characters/);
});
