import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMailAddress } from '../../src/base/mail-address-check.ts';

test('MB-05: addresses that mail can be sent to, and those it cannot', () => {
  for (const good of [
    'a@b',
    'first.last+tag@example.com',
    "o'neil@example.co.uk",
    'zoë@exämple.org',
    '用户@例子.中国',
    'x@1a.example',
  ]) {
    assert.equal(isMailAddress(good), true, good);
  }
  for (const bad of [
    '',
    'a',
    '@b',
    'a@',
    'a b@c',
    'a@b c',
    'a@-b.com',
    'a@b..c',
    '.a@b',
    'a.@b',
    'a..b@c',
    'a@b@c',
    'a@b,c@d',
    'a@b\r\nBcc: c@d',
    `${'a'.repeat(65)}@b`,
    `a@${'b'.repeat(64)}.c`,
  ]) {
    assert.equal(isMailAddress(bad), false, bad);
  }
});
