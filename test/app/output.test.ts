import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printRecord, printRows } from '../../src/app/cli/output.ts';

const columns = [
  { heading: 'NAME', cell: (row: { name: string; size: number }) => row.name },
  { heading: 'SIZE', cell: (row: { name: string; size: number }) => String(row.size), align: 'right' as const },
];

function written(json: boolean, work: (output: { json: boolean; write: (text: string) => void }) => void): string {
  let text = '';
  work({ json, write: (more) => (text += more) });
  return text;
}

test('a table lines up and keeps each row on one line', () => {
  const rows = [
    { name: 'a\nb', size: 5 },
    { name: 'longer name', size: 1234 },
  ];
  assert.equal(
    written(false, (output) => printRows(output, rows, columns, 'none')),
    'NAME         SIZE\n-----------  ----\na b             5\nlonger name  1234\n',
  );
  assert.equal(
    written(false, (output) => printRows(output, [], columns, 'none')),
    'none\n',
  );
});

test('--json prints values for programs, big integers as text', () => {
  assert.deepEqual(JSON.parse(written(true, (output) => printRecord(output, { version: 12n, on: new Date(0) }))), {
    version: '12',
    on: '1970-01-01T00:00:00.000Z',
  });
});
