import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rarestWords, withIndexedWords, withoutWords, wordsOf } from '../../src/store/rarest-words.ts';
import type { SearchTerms } from '../../src/store/record-store.ts';

const counts: Readonly<Record<string, number>> = { order: 1_000_000, tea: 200_000, '4711': 12, '4712': 30 };
const count = (word: string): number => counts[word] ?? 1;
const words = (text: string): SearchTerms => ({ words: text });

test('the index is asked for the rarest word that every match holds', () => {
  assert.deepEqual(rarestWords(words('order 4711'), count), { terms: words('4711'), rows: 12 });
  assert.deepEqual(rarestWords({ all: [words('order'), words('tea')] }, count), { terms: words('tea'), rows: 200_000 });
  assert.deepEqual(rarestWords({ all: [words('order'), { any: [words('4711'), words('4712')] }] }, count), {
    terms: { any: [words('4711'), words('4712')] },
    rows: 42,
  });
});

test('what need not be there, or stands in signs, is not taken apart', () => {
  assert.equal(rarestWords({ none: words('4711') }, count), undefined);
  assert.equal(rarestWords({ any: [words('4711'), { none: words('tea') }] }, count), undefined);
  assert.deepEqual(rarestWords({ all: [words('tea'), { none: words('4711') }] }, count), {
    terms: words('tea'),
    rows: 200_000,
  });
  assert.deepEqual(rarestWords(words('order <b 4711>'), count), { terms: words('order <b 4711>'), rows: 1 });
});

test('the words of a filter are found, named for the index, and left out', () => {
  const condition = { column: 'statecode', operator: 'eq', value: 1 } as const;
  const filter = { and: [condition, { search: words('order 4711') }] };
  assert.deepEqual(wordsOf(filter), words('order 4711'));
  assert.equal(wordsOf({ not: filter }), undefined);
  assert.deepEqual(withIndexedWords(filter, words('4711')), {
    and: [condition, { search: words('order 4711'), indexed: words('4711') }],
  });
  assert.deepEqual(withoutWords(filter), { and: [condition, { and: [] }] });
});
