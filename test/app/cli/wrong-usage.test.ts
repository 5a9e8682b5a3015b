import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusedByMailroom, runMailroom } from '../../support/command-line.ts';

const hint = 'With --help the commands and options are listed.';

test('wrong usage ends with exit code 2 and one sentence', async () => {
  const ended = await refusedByMailroom('status', '--nope');
  assert.deepEqual(
    [ended.code, ended.stdout, ended.stderr],
    [2, '', `mailroom: Unknown option '--nope'. ${hint} (mr_Usage)\n`],
  );
});

test('wrong usage is told as JSON to programs', async () => {
  for (const [args, message] of [
    [['mailbox', 'lists', '--json'], `Unknown command 'lists' (Did you mean list?). ${hint}`],
    [['mailbox', '--json'], `A command is missing. ${hint}`],
  ] as const) {
    const ended = await refusedByMailroom(...args);
    assert.deepEqual([ended.code, ended.stdout], [2, '']);
    assert.deepEqual(JSON.parse(ended.stderr), { error: { code: 'mr_Usage', message } });
  }
});

test('help is no wrong usage', async () => {
  assert.match(await runMailroom({}, 'mailbox', '--help'), /^Usage: mailroom mailbox /);
});
