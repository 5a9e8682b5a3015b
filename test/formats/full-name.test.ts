import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fullName } from '../../src/formats/full-name.ts';

describe('FM-C16: full names in the order of the organisation', () => {
  const whole = { firstname: 'Mei', middlename: 'Ling', lastname: 'Tanaka' };
  const expected: readonly (readonly [convention: number, whole: string, withoutMiddle: string, lastOnly: string])[] = [
    [0, 'Tanaka, Mei', 'Tanaka, Mei', 'Tanaka'],
    [1, 'Mei Tanaka', 'Mei Tanaka', 'Tanaka'],
    [2, 'Tanaka, Mei L.', 'Tanaka, Mei', 'Tanaka'],
    [3, 'Mei L. Tanaka', 'Mei Tanaka', 'Tanaka'],
    [4, 'Tanaka, Mei Ling', 'Tanaka, Mei', 'Tanaka'],
    [5, 'Mei Ling Tanaka', 'Mei Tanaka', 'Tanaka'],
    [6, 'Tanaka Mei', 'Tanaka Mei', 'Tanaka'],
    [7, 'TanakaMei', 'TanakaMei', 'Tanaka'],
  ];
  for (const [convention, all, withoutMiddle, lastOnly] of expected) {
    it(`fullnameconventioncode ${convention}: ${all}`, () => {
      assert.equal(fullName(whole, convention), all);
      assert.equal(fullName({ ...whole, middlename: null }, convention), withoutMiddle);
      assert.equal(fullName({ lastname: 'Tanaka' }, convention), lastOnly);
      assert.equal(fullName({ firstname: 'Mei', lastname: '' }, convention), 'Mei');
    });
  }

  it('initials are whole characters, unknown numbers are the usual order', () => {
    assert.equal(fullName({ firstname: 'A', middlename: '\u{20bb7}x', lastname: 'B' }, 3), 'A \u{20bb7}. B');
    assert.equal(fullName(whole, 99), 'Mei Ling Tanaka');
  });
});
