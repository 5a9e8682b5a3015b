import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { runMailroom } from '../../support/command-line.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'mailroom-parse-'));
after(() => rmSync(folder, { recursive: true }));

test('one line a file; what cannot be read is named, and the files after it are read all the same', async () => {
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const missing = path.join(folder, 'missing.eml');
  const files = [
    file('a.eml', 'Subject: first\r\n\r\nx'),
    folder,
    missing,
    file('empty.eml', ''),
    file('b.eml', 'Subject: last\r\n\r\nx'),
  ];
  const ended = await runMailroom({}, 'parse', ...files).then(
    () => assert.fail('it ended as if all had been read'),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  assert.equal(ended.code, 1);
  const lines = ended.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { file: string; subject: string });
  assert.deepEqual(
    lines.map(({ file: name, subject }) => [path.basename(name), subject]),
    [
      ['a.eml', 'first'],
      ['b.eml', 'last'],
    ],
  );
  const told = ended.stderr.trim().split('\n');
  assert.equal(told.length, 3);
  assert.ok(told[0]?.startsWith(`${folder}: EISDIR`));
  assert.match(told[1] ?? '', /missing\.eml: ENOENT/);
  assert.match(told[2] ?? '', /empty\.eml: The message is empty/);
});
