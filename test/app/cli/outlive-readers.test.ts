import assert from 'node:assert/strict';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { startMailroom } from '../../support/command-line.ts';

test('a command whose reader went away (`| head -1`) ends as if it had been read, without a word', async () => {
  const child = startMailroom({}, 'config');
  child.stdout.destroy();
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  assert.equal(said, '');
  assert.equal(code, 0);
});
