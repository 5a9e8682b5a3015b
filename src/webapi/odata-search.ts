import type { SearchTerms } from '../store/record-store.ts';
import { unknownName } from './http-error.ts';

const limits = { depth: 50, terms: 100 } as const;

interface Token {
  readonly kind: 'open' | 'close' | 'words' | 'and' | 'or' | 'not' | 'end';
  readonly text: string;
  readonly position: number;
}

/** Reads `$search`: words and "phrases", all wanted unless OR stands between; NOT and brackets (OData URL conventions 5.1.8). Throws 400 with the position. */
export function parseSearch(text: string): SearchTerms {
  const tokens = tokenize(text);
  let at = 0;
  const peek = (): Token => tokens[at] ?? { kind: 'end', text: '', position: text.length + 1 };
  const fail = (): never => {
    const { text: found, position } = peek();
    throw unknownName(
      `The $search cannot be read at position ${position}: found ${found === '' ? 'the end' : `'${found.slice(0, 40)}'`}.`,
    );
  };
  const anyOf = (depth: number): SearchTerms => {
    if (depth > limits.depth) throw unknownName(`The $search nests deeper than ${limits.depth} levels.`);
    const parts = [allOf(depth)];
    for (; peek().kind === 'or'; parts.push(allOf(depth))) at += 1;
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { any: parts };
  };
  const allOf = (depth: number): SearchTerms => {
    const parts = [one(depth)];
    while (['and', 'not', 'words', 'open'].includes(peek().kind)) {
      if (peek().kind === 'and') at += 1;
      parts.push(one(depth));
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { all: parts };
  };
  const one = (depth: number): SearchTerms => {
    const next = peek();
    at += 1;
    if (next.kind === 'words') return { words: next.text };
    if (next.kind === 'not') {
      if (depth > limits.depth) throw unknownName(`The $search nests deeper than ${limits.depth} levels.`);
      return { none: one(depth + 1) };
    }
    if (next.kind !== 'open') {
      at -= 1;
      return fail();
    }
    const inner = anyOf(depth + 1);
    if (peek().kind !== 'close') fail();
    at += 1;
    return inner;
  };
  const terms = anyOf(0);
  return peek().kind === 'end' ? terms : fail();
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const token = /\s*(?:(\()|(\))|"((?:[^"\\]|\\.)*)"|([^\s"()]+))/y;
  while (text.slice(token.lastIndex).trim() !== '') {
    const position = token.lastIndex + 1;
    const shape = token.exec(text);
    if (shape === null) throw unknownName(`The $search cannot be read at position ${position}: a phrase has no end.`);
    const [, open, close, phrase, word] = shape;
    if (open !== undefined) tokens.push({ kind: 'open', text: open, position });
    else if (close !== undefined) tokens.push({ kind: 'close', text: close, position });
    else if (phrase !== undefined) tokens.push({ kind: 'words', text: phrase.replace(/\\(.)/g, '$1'), position });
    else tokens.push({ kind: kindOf(word ?? ''), text: word ?? '', position });
    if (tokens.length > limits.terms) throw unknownName(`The $search has more than ${limits.terms} words.`);
  }
  return tokens;
}

function kindOf(word: string): Token['kind'] {
  if (word === 'AND') return 'and';
  if (word === 'OR') return 'or';
  return word === 'NOT' ? 'not' : 'words';
}
