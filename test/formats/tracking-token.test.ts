import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MailroomError } from '../../src/base/errors.ts';
import { findTokens, formatToken, stripTokens, subjectWithToken } from '../../src/formats/tracking-token.ts';

const parts = { prefix: 'CRM:', deploy: 0, user: 1, userDigits: 3, counter: 1, counterDigits: 3 } as const;

describe('tracking token', () => {
  it('CO-11: the example of the grammar', () => {
    assert.equal(formatToken(parts), 'CRM:0001001');
    assert.equal(
      formatToken({ ...parts, deploy: 1, user: 42, userDigits: 5, counter: 7, counterDigits: 4 }),
      'CRM:1000420007',
    );
  });

  it('CO-12, CO-13: a long user number keeps its digits, the counter wraps', () => {
    assert.equal(formatToken({ ...parts, user: 2_147_483_648 }), 'CRM:02147483648001');
    assert.equal(formatToken({ ...parts, counter: 1000 }), 'CRM:0001000');
    assert.equal(formatToken({ ...parts, counter: 2001 }), 'CRM:0001001');
  });

  it('CO-11: settings out of range are refused', () => {
    for (const wrong of [
      { prefix: '' },
      { prefix: 'x'.repeat(21) },
      { userDigits: 0 },
      { userDigits: 11 },
      { counterDigits: 10 },
      { user: -1 },
      { counter: 0.5 },
    ]) {
      assert.throws(
        () => formatToken({ ...parts, ...wrong }),
        (error) => error instanceof MailroomError && error.kind === 'configuration',
      );
    }
  });

  it('CO-17, CO-19: every known prefix is found, whatever the case, each token once', () => {
    assert.deepEqual(findTokens('RE: x crm:0001001 OLD-0002002 CRM:0001001', ['CRM:', 'OLD-']), [
      'crm:0001001',
      'OLD-0002002',
    ]);
    assert.deepEqual(findTokens('no token CRM: 12 CRM:x', ['CRM:']), []);
    assert.deepEqual(findTokens('a(b)+0001001', ['(b)+']), ['(b)+0001001']);
    assert.deepEqual(findTokens('CRM:0001001', ['', ' ']), []);
  });

  it('CO-10, CO-15: one token, at the end', () => {
    assert.equal(subjectWithToken('Hello', 'CRM:0001001', 255, ['CRM:']), 'Hello CRM:0001001');
    assert.equal(subjectWithToken('RE: Hello CRM:0001001', 'CRM:0001001', 255, ['CRM:']), 'RE: Hello CRM:0001001');
    assert.equal(subjectWithToken('RE: CRM:0009009 Hello', 'CRM:0001001', 255, ['CRM:']), 'RE: Hello CRM:0001001');
    assert.equal(subjectWithToken('', 'CRM:0001001', 255, ['CRM:']), 'CRM:0001001');
  });

  it('CO-16: the text makes room; a token that does not fit alone is left out', () => {
    assert.equal(subjectWithToken('x'.repeat(300), 'CRM:0001001', 255, ['CRM:']), `${'x'.repeat(243)} CRM:0001001`);
    assert.equal(subjectWithToken('Hello world', 'CRM:0001001', 8, ['CRM:']), 'Hello wo');
    assert.equal(subjectWithToken('a😀b', 'CRM:0001001', 14, ['CRM:']), 'a CRM:0001001');
  });

  it('CO-10 to CO-19: a subject with a token always fits, holds it once and gives it back', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.nat(9999),
        fc.integer({ min: 11, max: 255 }),
        (text, counter, length) => {
          const token = formatToken({ ...parts, counter });
          const subject = subjectWithToken(text, token, length, ['CRM:']);
          assert.ok(subject.length <= length);
          assert.deepEqual(findTokens(subject, ['CRM:']), [token]);
          assert.equal(subjectWithToken(subject, token, length, ['CRM:']), subject);
          assert.deepEqual(findTokens(stripTokens(subject, ['CRM:']), ['CRM:']), []);
        },
      ),
    );
  });
});
