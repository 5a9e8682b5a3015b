import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ColumnDefinition } from '../../src/tables/table-definition.ts';
import { defaultFormats, formatValue, type ValueFormats } from '../../src/webapi/format-value.ts';

const german: ValueFormats = {
  timeZone: 'Europe/Berlin',
  datePattern: 'dd.MM.yyyy',
  timePattern: 'HH:mm',
  amDesignator: '',
  pmDesignator: '',
  decimalSymbol: ',',
  numberSeparator: '.',
};
const instant = new Date('2026-07-31T22:04:05Z');
const column = (more: object): ColumnDefinition => ({ type: 'DateTime', schemaName: 'C', ...more }) as ColumnDefinition;

test('dates are shown in the zone and the pattern of the user, days that mean the same everywhere as they are', () => {
  assert.equal(formatValue(column({}), instant), '7/31/2026 10:04 PM');
  assert.equal(formatValue(column({}), instant, german), '01.08.2026 00:04');
  assert.equal(formatValue(column({ format: 'DateOnly' }), instant, german), '01.08.2026');
  assert.equal(formatValue(column({ behavior: 'DateOnly' }), instant, german), '31.07.2026');
  assert.equal(formatValue(column({ behavior: 'TimeZoneIndependent' }), instant, german), '31.07.2026 22:04');
});

test('patterns: names of months, two-digit years, seconds, quoted words, one letter for the half of the day', () => {
  const as = (datePattern: string, timePattern: string) =>
    formatValue(column({}), instant, { ...defaultFormats, datePattern, timePattern });
  assert.equal(as('d-MMM-yy', 'hh:mm:ss t'), '31-Jul-26 10:04:05 P');
  assert.equal(as("'day' dd", 'H'), 'day 31 22');
});

test('numbers are grouped and cut as the user writes them', () => {
  assert.equal(formatValue(column({ type: 'Integer' }), -1_234_567, german), '-1.234.567');
  assert.equal(formatValue(column({ type: 'Money', precision: 2 }), 1234.5, german), '1.234,50');
  assert.equal(formatValue(column({ type: 'BigInt' }), 9_007_199_254_740_993n), '9,007,199,254,740,993');
});
