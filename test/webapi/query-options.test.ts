import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aliasesOf, parsePath, parseQueryString } from '../../src/webapi/odata-url.ts';
import { parseQueryOptions } from '../../src/webapi/query-options.ts';
import { readSkipToken, writeSkipToken } from '../../src/webapi/skip-token.ts';

function options(queryString: string) {
  const query = parseQueryString(queryString);
  return parseQueryOptions(query, aliasesOf(query));
}

test('options are read, nested expands with theirs', () => {
  const read = options(
    "$select=a,b&$top=5&$count=true&$orderby=a%20desc,b&$expand=c($select=x;$filter=y eq ';)';$expand=d),e",
  );
  assert.deepEqual(read.select, ['a', 'b']);
  assert.equal(read.top, 5);
  assert.equal(read.count, true);
  assert.deepEqual(read.orderBy, [
    { path: ['a'], descending: true },
    { path: ['b'], descending: false },
  ]);
  assert.deepEqual(
    read.expand.map((item) => item.name),
    ['c', 'e'],
  );
  assert.deepEqual(read.expand[0]?.options.select, ['x']);
  assert.equal(read.expand[0]?.options.expand[0]?.name, 'd');
});

test('unknown, doubled, broken and unsupported options are refused', () => {
  const refused = [
    '$slect=a',
    '$skip=5',
    '$top=-1',
    '$top=x',
    '$count=yes',
    '$select=a&$select=b',
    '$expand=c(',
    '$expand=c($select)',
    '$orderby=',
    '$filter=%',
    '$filter=a eq %00',
  ];
  for (const text of refused) assert.throws(() => options(text), { code: '80060888' }, text);
  assert.throws(() => options('$slect=a'), /Did you mean '\$select'/);
});

test('paths are read segment by segment', () => {
  const id = '11111111-2222-3333-4444-555555555555';
  assert.deepEqual(
    parsePath(`emails(${id})/subject/$value`).map((segment) => segment.name),
    ['emails', 'subject', '$value'],
  );
  assert.deepEqual(parsePath("contacts(emailaddress1='a%2Fb%27%27c')")[0]?.args, [
    { name: 'emailaddress1', value: { type: 'string', value: "a/b'c" } },
  ]);
  assert.deepEqual(parsePath('WhoAmI()')[0]?.args, []);
  for (const text of ['emails(', 'emails())', '(x)', 'emails(1)x', '%', 'a/'.repeat(11)]) {
    assert.throws(() => parsePath(text), { code: '80060888' }, text);
  }
});

test('no path and no query string makes the readers fail otherwise than by a refusal', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const read of [() => parsePath(text), () => options(text), () => readSkipToken(text)]) {
        try {
          read();
        } catch (error) {
          assert.equal((error as { code?: string }).code, '80060888', String(error));
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('a skip token read again is the same', () => {
  const token = { after: 'x', size: 50, page: 2, left: 7 };
  assert.deepEqual(readSkipToken(writeSkipToken(token)), token);
});
