import type { Filter, SearchTerms } from './record-store.ts';
import type { CountWord } from './word-frequencies.ts';

/** Words that every match holds, and how many rows hold them, by estimate. */
export interface RareWords {
  readonly terms: SearchTerms;
  readonly rows: number;
}

/** The rarest words that every match of the terms holds; undefined when there are none ("not this word"). */
export function rarestWords(terms: SearchTerms, count: CountWord): RareWords | undefined {
  if ('none' in terms) return undefined;
  if ('all' in terms) return rarest(terms.all.map((part) => rarestWords(part, count)));
  if ('any' in terms) {
    const parts = terms.any.map((part) => rarestWords(part, count));
    const known = parts.filter((part) => part !== undefined);
    if (known.length < parts.length) return undefined;
    return { terms: { any: known.map((part) => part.terms) }, rows: known.reduce((sum, part) => sum + part.rows, 0) };
  }
  // Signs may join words to one that the index holds as a whole; only plain words stand for themselves.
  const words = /^[\p{L}\p{N}\s]+$/u.test(terms.words)
    ? terms.words.split(/\s+/).filter((word) => word !== '')
    : [terms.words];
  return rarest(words.map((word) => ({ terms: { words: word }, rows: count(word) })));
}

function rarest(parts: readonly (RareWords | undefined)[]): RareWords | undefined {
  return parts.reduce(
    (best, part) => (part !== undefined && (best === undefined || part.rows < best.rows) ? part : best),
    undefined,
  );
}

/** The words that a filter asks every row for; undefined when it asks for none. */
export function wordsOf(filter: Filter | undefined): SearchTerms | undefined {
  if (filter === undefined) return undefined;
  if ('search' in filter) return filter.search;
  if (!('and' in filter)) return undefined;
  for (const part of filter.and) {
    const words = wordsOf(part);
    if (words !== undefined) return words;
  }
  return undefined;
}

/** What a filter asks beside the words of `wordsOf`. */
export function withoutWords(filter: Filter): Filter {
  if ('search' in filter) return { and: [] };
  if (!('and' in filter)) return filter;
  const at = filter.and.findIndex((part) => wordsOf(part) !== undefined);
  return { and: filter.and.map((part, index) => (index === at ? withoutWords(part) : part)) };
}

/** The filter with the words that its search is to look up in the index; it finds the same rows. */
export function withIndexedWords(filter: Filter, indexed: SearchTerms): Filter {
  if ('search' in filter) return { ...filter, indexed };
  return 'and' in filter ? { and: filter.and.map((part) => withIndexedWords(part, indexed)) } : filter;
}
