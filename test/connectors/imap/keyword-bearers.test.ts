import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { changedBearers, formatBearers, parseBearers } from '../../../src/connectors/imap/keyword-bearers.ts';

const bearers = fc.record({
  uidValidity: fc.bigInt({ min: 1n, max: 2n ** 32n - 1n }).map(String),
  uids: fc.uniqueArray(fc.integer({ min: 1, max: 300 })),
});

test('CT-03: what is remembered of the messages that bear a keyword comes back', () => {
  assert.equal(formatBearers({ uidValidity: '7', uids: [9, 1, 2, 3] }), '7=1:3,9');
  assert.deepEqual(parseBearers('7='), { uidValidity: '7', uids: [] });
  fc.assert(
    fc.property(bearers, ({ uidValidity, uids }) => {
      const sorted = uids.toSorted((one, other) => one - other);
      assert.deepEqual(parseBearers(formatBearers({ uidValidity, uids })), { uidValidity, uids: sorted });
    }),
  );
});

test('CT-03: a cursor of another kind, or one whose ranges have no end, is no memory that fills the process', () => {
  for (const text of ['', '7:1:2:3', '7=x', 'x=1', '=1', '7=1:']) assert.equal(parseBearers(text), undefined, text);
  assert.ok((parseBearers('7=1:4294967295')?.uids.length ?? 0) <= 10_000);
  assert.equal(
    parseBearers(formatBearers({ uidValidity: '7', uids: Array.from({ length: 20_000 }, (_, i) => i * 2 + 1) }))?.uids
      .length,
    10_000,
  );
});

test('CT-04: changed is what bears it now and did not, or did and does not; all of a folder numbered anew', () => {
  fc.assert(
    fc.property(bearers, bearers, (before, now) => {
      const changed = new Set(changedBearers(before, { ...now, uidValidity: before.uidValidity }));
      for (let uid = 1; uid <= 300; uid += 1)
        assert.equal(changed.has(uid), before.uids.includes(uid) !== now.uids.includes(uid));
    }),
  );
  assert.deepEqual(changedBearers({ uidValidity: '1', uids: [1] }, { uidValidity: '2', uids: [1, 2] }), [1, 2]);
  assert.deepEqual(changedBearers(undefined, { uidValidity: '2', uids: [2] }), [2]);
});
