import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSince } from '../../../src/app/cli/since-option.ts';
import { refusedByMailroom } from '../../support/command-line.ts';

test('a number that is none, or is out of range, is refused before anything is done', async () => {
  for (const args of [
    ['demo', '--port', 'abc'],
    ['demo', '--port', '70000'],
    ['demo', '--exit-after', 'soon'],
    ['token', 'create', '--days', '-5'],
    ['address', 'list', '--top', '0'],
    ['mailbox', 'test', 'ada@harbour.example', '--timeout', '1e99'],
  ]) {
    const ended = await refusedByMailroom(...args);
    assert.equal(ended.code, 2);
    assert.match(ended.stderr, /^mailroom: Option '.*' is invalid\. Give a whole number from \d+ to \d+\. .*\n$/);
  }
});

test('TE-09: a day that the calendar does not have is not taken for another one', () => {
  assert.equal(parseSince('2028-02-29').toISOString(), '2028-02-29T00:00:00.000Z');
  assert.equal(parseSince('2026-01-31T23:30:00-02:00').toISOString(), '2026-02-01T01:30:00.000Z');
  for (const text of ['2026-02-29', '2026-04-31T08:00:00Z', '2026-13-01', '2026-00-10', 'soon'])
    assert.throws(() => parseSince(text), /It is no date/, text);
});
