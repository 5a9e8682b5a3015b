import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pgTypes } from '../../src/store/pg-types.ts';

const read = (oid: number, text: string) => (pgTypes.getTypeParser(oid) as (text: string) => unknown)(text);

test('dates of every kind are read as UTC', () => {
  const iso = (oid: number, text: string) => (read(oid, text) as Date).toISOString();
  assert.equal(iso(1184, '2026-01-31 10:00:00.123+00'), '2026-01-31T10:00:00.123Z');
  assert.equal(iso(1184, '2026-01-31 10:00:00.123456+00'), '2026-01-31T10:00:00.123Z');
  assert.equal(iso(1184, '2026-01-31 12:00:00+02'), '2026-01-31T10:00:00.000Z');
  assert.equal(iso(1184, '12026-01-31 10:00:00+00'), '+012026-01-31T10:00:00.000Z');
  assert.equal(iso(1114, '2026-01-31 10:00:00'), '2026-01-31T10:00:00.000Z');
  assert.equal(iso(1082, '2026-01-31'), '2026-01-31T00:00:00.000Z');
});

test('whole numbers of 64 bits keep every digit, decimals are numbers', () => {
  assert.equal(read(20, '9223372036854775807'), 9223372036854775807n);
  assert.equal(read(1700, '12.50'), 12.5);
});
