/** A piece of a `$filter`; a text without its quotes. */
export interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'guid' | 'sign';
  readonly text: string;
}

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])/i;
const number = /^-?\d+(?:\.\d+)?(?![\w.:-])/;
const word = /^[A-Za-z_][\w.]*(?![\w/])/;
const text = /^'((?:[^']|'')*)'/s;
const sign = /^[(),=[\]]/;

/** Cuts a `$filter` into pieces; undefined when it has any that the builder does not know (dates, paths, aliases). */
export function readTokens(source: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  let rest = source.trimStart();
  while (rest !== '') {
    const found =
      take('guid', guid, rest) ??
      take('number', number, rest) ??
      take('word', word, rest) ??
      take('text', text, rest) ??
      take('sign', sign, rest);
    if (found === undefined) return undefined;
    tokens.push(found.token);
    rest = rest.slice(found.length).trimStart();
  }
  return tokens;
}

function take(kind: Token['kind'], pattern: RegExp, rest: string): { token: Token; length: number } | undefined {
  const match = pattern.exec(rest);
  if (match === null) return undefined;
  const piece = kind === 'text' ? (match[1] ?? '').replaceAll("''", "'") : match[0];
  return { token: { kind, text: piece }, length: match[0].length };
}
