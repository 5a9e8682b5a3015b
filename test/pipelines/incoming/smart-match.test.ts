import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressHashes, subjectHashes } from '../../../src/formats/subject.ts';
import { chooseSmartMatch, type HashedMail, type HashRules } from '../../../src/pipelines/incoming/smart-match.ts';
import { settingsWith } from './incoming-fixtures.ts';

const rules = settingsWith().hash;

function hashes(subject: string, addresses: readonly string[]) {
  return {
    subject: subjectHashes(subject, rules.filterKeywords, rules.maxCount),
    addresses: addressHashes(addresses, rules.maxCount),
  };
}

function stored(id: string, subject: string, addresses: readonly string[], day = 1): HashedMail {
  return { id, sentOn: new Date(Date.UTC(2026, 0, day)), ...hashes(subject, addresses) };
}

function match(subject: string, addresses: readonly string[], mails: readonly HashedMail[], given: HashRules = rules) {
  return chooseSmartMatch(hashes(subject, addresses), mails, given)?.id;
}

const quote = [stored('q', 'Quote 12', ['a', 'b'])];

const cases: readonly [title: string, subject: string, addresses: readonly string[], expected: string | undefined][] = [
  ['CO-41: a reply', 'RE: Quote 12', ['b', 'a'], 'q'],
  ['CO-42: a reply to a localised reply, one more address', 'AW: RE: quote 12', ['b', 'a', 'c'], 'q'],
  ['CO-43: another number', 'Quote 13', ['b', 'a'], undefined],
  ['CO-44: one equal address', 'RE: Quote 12', ['x', 'a'], undefined],
  ['CO-45: a prefix of several words', 'Out of office: Quote 12', ['b', 'a'], undefined],
  ['CO-40: no subject words', 'RE:', ['b', 'a'], undefined],
];
for (const [title, subject, addresses, expected] of cases) {
  test(title, () => assert.equal(match(subject, addresses, quote), expected));
}

test('CO-46: delta 1 bears one different word', () => {
  assert.equal(match('RE: Quote 13', ['b', 'a'], quote, { ...rules, deltaSubjectCount: 1 }), 'q');
});

test('CO-47: a token cut off by hand counts as a word', () => {
  assert.equal(match('RE: Quote 12', ['b', 'a'], [stored('q', 'Quote 12 CRM:0001001', ['a', 'b'])]), undefined);
});

test('CO-48: only the first 20 words count', () => {
  const words = Array.from({ length: 25 }, (_, index) => `word${index}`);
  const changed = [...words.slice(0, 20), 'v', 'w', 'x', 'y', 'z'];
  assert.equal(match(`RE: ${changed.join(' ')}`, ['b', 'a'], [stored('q', words.join(' '), ['a', 'b'])]), 'q');
});

test('CO-38: most equal addresses, then the newest', () => {
  const mails = [
    stored('two', 'Quote 12', ['a', 'b'], 9),
    stored('three', 'Quote 12', ['a', 'b', 'c'], 1),
    stored('threenew', 'Quote 12', ['a', 'b', 'c'], 2),
  ];
  assert.equal(match('RE: Quote 12', ['a', 'b', 'c'], mails), 'threenew');
});

test('CO-37: with delta 1 a word may differ, not two; the order of words does not matter', () => {
  const loose = { ...rules, deltaSubjectCount: 1 };
  const mails = [stored('q', 'Quote twelve for pumps', ['a', 'b'])];
  assert.equal(match('pumps for twelve Quote', ['b', 'a'], mails), 'q');
  assert.equal(match('Quote twelve for valves', ['b', 'a'], mails, loose), 'q');
  assert.equal(match('Quote ten for valves', ['b', 'a'], mails, loose), undefined);
});

test("PAIN-07: another address of the sender's record counts as the sender", () => {
  const mails = [stored('q', 'Quote 12', ['carla@work', 'sales@ours'])];
  const given = hashes('RE: Quote 12', ['carla@home', 'sales@ours']);
  assert.equal(chooseSmartMatch(given, mails, rules), undefined);
  const sendersOthers = addressHashes(['carla@home', 'carla@work'], 20);
  assert.equal(chooseSmartMatch({ ...given, sendersOthers }, mails, rules)?.equalAddresses, 2);
  const known = hashes('RE: Quote 12', ['carla@work', 'nobody@else']);
  assert.equal(chooseSmartMatch({ ...known, sendersOthers }, mails, rules), undefined, 'the sender counts once');
});
