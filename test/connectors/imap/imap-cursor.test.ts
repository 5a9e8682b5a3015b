import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatCursor, hasNothingAbove, isUnchanged, parseCursor } from '../../../src/connectors/imap/imap-cursor.ts';

const state = { uidValidity: '7', modseq: 40n, uidNext: 12 };

test('IN-04: a cursor is read as it was written', () => {
  const cursors = fc.record({
    uidValidity: fc.bigInt({ min: 1n, max: 2n ** 32n - 1n }).map(String),
    lastUid: fc.nat(),
    modseq: fc.option(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }), { nil: undefined }),
    uidNext: fc.option(fc.integer({ min: 1 }), { nil: undefined }),
  });
  fc.assert(fc.property(cursors, (cursor) => assert.deepEqual(parseCursor(formatCursor(cursor)), { ...cursor })));
});

test('anything else is no cursor', () => {
  for (const text of [null, '', '7', '7:', 'a:1', '7:1:2', '7:-1:2:3', 'x 7:1:2:3'])
    assert.equal(parseCursor(text), undefined, String(text));
});

test('a mailbox is unchanged only when all its counters stand still', () => {
  const cursor = { ...state, lastUid: 9 };
  assert.equal(isUnchanged(cursor, state), true);
  assert.equal(isUnchanged(cursor, { ...state, modseq: 41n }), false);
  assert.equal(isUnchanged(cursor, { ...state, uidNext: 13 }), false);
  assert.equal(isUnchanged(cursor, { ...state, uidValidity: '8' }), false);
  assert.equal(isUnchanged({ ...cursor, modseq: undefined }, { ...state, modseq: undefined }), false, 'no counter');
});

test('nothing is above the last UID when UIDNEXT says so', () => {
  assert.equal(hasNothingAbove({ ...state, lastUid: 11 }, state), true);
  assert.equal(hasNothingAbove({ ...state, lastUid: 10 }, state), false);
  assert.equal(hasNothingAbove({ ...state, lastUid: 11 }, { ...state, uidNext: undefined }), false);
});
