import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  addressHashes,
  DEFAULT_SUBJECT_NOISE,
  isForwardSubject,
  stripSubjectPrefixes,
  subjectHashes,
  subjectsDiffer,
  subjectWords,
} from '../../src/formats/subject.ts';

const wordsOf = (subject: string): string[] => subjectWords(subject, DEFAULT_SUBJECT_NOISE, 20);

describe('subjects', () => {
  it('CO-09: prefixes, tokens, case and blanks make no other subject', () => {
    assert.equal(stripSubjectPrefixes('RE: AW: Fwd[2]: Re : Quote 12'), 'Quote 12');
    assert.equal(stripSubjectPrefixes('Invoice: 12'), 'Invoice: 12');
    assert.equal(subjectsDiffer('Quote 12 CRM:0001001', 'RE: quote  12', ['CRM:']), false);
    assert.equal(subjectsDiffer('Quote 12', 'RE: Quote 13', ['CRM:']), true);
  });

  it('CO-08: a forward is told by its prefix', () => {
    for (const subject of ['FW: x', 'Fwd: x', 'WG: x', 'TR : x', 'RV: x', '转发：x'])
      assert.equal(isForwardSubject(subject), true, subject);
    for (const subject of ['RE: FW: x', 'x FW: y', 'Forwarding: x'])
      assert.equal(isForwardSubject(subject), false, subject);
  });

  it('CO-32, CO-33, CO-35: noise at the start goes, also in other scripts; words are compared without case', () => {
    assert.deepEqual(wordsOf('AW: RE: quote 12'), wordsOf('Quote 12'));
    assert.deepEqual(wordsOf('Відповідь: Quote 12'), ['quote', '12']);
    assert.deepEqual(wordsOf('Out of office: Quote 12'), ['out', 'of', 'office:', 'quote', '12']);
    assert.deepEqual(subjectWords('Out of office: Quote', `${DEFAULT_SUBJECT_NOISE}|Out of office:`, 20), ['quote']);
    assert.deepEqual(subjectWords('a b', '([', 20), ['a', 'b']);
  });

  it('CO-36, CO-48: only the first twenty words count', () => {
    const subject = Array.from({ length: 25 }, (_, index) => `w${index}`).join(' ');
    assert.deepEqual(
      subjectHashes(subject, DEFAULT_SUBJECT_NOISE, 20),
      subjectHashes(`${subject} more`, DEFAULT_SUBJECT_NOISE, 20),
    );
    assert.equal(subjectHashes(subject, DEFAULT_SUBJECT_NOISE, 20).length, 20);
  });

  it('CO-34: one hash an address, case ignored, in 32 bits, the same on every machine', () => {
    const hashes = addressHashes(['A@x.example', 'a@X.example', 'b@x.example', ' '], 20);
    assert.equal(hashes.length, 2);
    for (const hash of hashes) assert.equal(hash, hash | 0);
    assert.deepEqual(addressHashes(['quote'], 1), subjectHashes('Quote', '', 1));
  });
});
