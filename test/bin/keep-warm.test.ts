import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

const keepWarm = new URL('../../bin/keep-warm.js', import.meta.url).href;

const program = `
  let held = Array.from({ length: 60 }, () => Array.from({ length: 20_000 }, (_, index) => ({ index })));
  gc();
  held = undefined;
  setTimeout(() => {}, 250);`;

/** How V8 tells of its decisions: from some version on by a flag of its own. */
const ownFlag = '--trace-memory-reducer';
const isOwnFlagKnown = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' }).includes(ownFlag);
const telling = isOwnFlagKnown ? [ownFlag] : ['--trace-gc', '--trace-gc-verbose'];

/** What V8 tells of shrinking the heap in a process that begins to rest and is to do it after 20 ms. */
function shrinking(...words: readonly string[]): string {
  const flags = ['--gc-memory-reducer-start-delay-ms=20', '--expose-gc', ...telling, ...words];
  const told = execFileSync(process.execPath, [...flags, '-e', program], { encoding: 'utf8' });
  return told
    .split('\n')
    .filter((line) => line.includes('Memory reducer'))
    .join('\n');
}

test('V8 does not shrink the heap of a service that rests for a moment', () => {
  assert.match(shrinking(), /Memory reducer/);
  assert.equal(shrinking('--import', keepWarm), '');
});
