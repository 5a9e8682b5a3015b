import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseJsonObject } from '../../src/webapi/json-body.ts';

test('a JSON mistake is told with line and column', () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ['{\n  "a": 1,\n  b: 2\n}', /line 3, column 3: a property name in double quotes/],
    ['{"a": }', /line 1, column 7: a value is expected/],
    ['{"a": 1', /line 1, column 8: ',' or '}' is expected/],
    ['{"a": [1,]}', /line 1, column 10: a value is expected/],
    ['{"a" 1}', /line 1, column 6: ':' is expected/],
    ['{} {}', /line 1, column 4: nothing may follow/],
    ['{"a": "x\ny"}', /line 1, column 7/],
    ['{"a": 01}', /line 1, column 8/],
  ];
  for (const [text, message] of refused)
    assert.throws(() => parseJsonObject(Buffer.from(text)), { code: '80048d19', message }, text);
});

test('bodies that are no object, empty or no UTF-8 are refused', () => {
  for (const body of [
    undefined,
    Buffer.from(''),
    Buffer.from('[]'),
    Buffer.from('null'),
    Buffer.from('1'),
    Buffer.from([0x7b, 0xff, 0x7d]),
  ]) {
    assert.throws(() => parseJsonObject(body), { code: '80048d19' });
  }
});

test('broken JSON always gets a place, whatever was broken', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 2 }), (json, at, junk) => {
      const text = `{"a":${json}}`;
      const broken = text.slice(0, at % text.length) + junk + text.slice((at % text.length) + 1);
      try {
        parseJsonObject(Buffer.from(broken));
      } catch (error) {
        assert.match(String(error), /line \d+, column \d+|is empty|must be a JSON object/);
        assert.doesNotMatch(String(error), /it cannot be read/);
      }
    }),
    { numRuns: 500 },
  );
});
