import { unknownName } from './http-error.ts';

export type TokenKind =
  | 'name'
  | 'alias'
  | 'string'
  | 'jsonString'
  | 'number'
  | 'guid'
  | 'date'
  | 'dateTime'
  | 'sign'
  | 'end';

/** A word of an OData expression; `position` counts from 1, in characters of the decoded text. */
export interface Token {
  readonly kind: TokenKind;
  /** The word; for strings the value with quotes undone. */
  readonly text: string;
  readonly position: number;
}

/** Longest expression read, characters: the URL limit of Dataverse is 32 KB, a batch body allows twice that. */
const longestExpression = 65_536;

const patterns: readonly (readonly [TokenKind, RegExp])[] = [
  ['guid', /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\w-])/iy],
  ['dateTime', /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+-]\d\d:\d\d)?(?!\w)/iy],
  ['date', /\d{4}-\d\d-\d\d(?![\w-])/y],
  ['number', /[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?!\w)/iy],
  // An enumeration's value (Microsoft.Dynamics.CRM.EndpointAccessType'Default') counts as its text.
  ['string', /Microsoft\.Dynamics\.CRM\.\w+'(?:[^']|'')*'/y],
  ['name', /[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*/y],
  ['alias', /@[A-Za-z_]\w*/y],
  ['string', /'(?:[^']|'')*'/y],
  ['jsonString', /"(?:[^"\\]|\\.)*"/y],
  ['sign', /[(),[\]:/=;*]/y],
];

/** Splits an OData expression into words. Throws 400 naming the position of a character that fits nowhere. */
export function tokenize(text: string, what: string): readonly Token[] {
  if (text.length > longestExpression) {
    throw unknownName(`${what} has ${text.length} characters; at most ${longestExpression} are read.`);
  }
  const tokens: Token[] = [];
  const blank = /\s*/y;
  let at = 0;
  for (;;) {
    blank.lastIndex = at;
    at += blank.exec(text)?.[0].length ?? 0;
    if (at >= text.length) break;
    const token = nextToken(text, at);
    if (token === undefined) {
      const found = text[at] === "'" ? 'a text without closing quote' : `'${text[at]}'`;
      throw unknownName(`${what} cannot be read at position ${at + 1}: ${found} is not expected.`);
    }
    tokens.push({ kind: token.kind, text: token.value, position: at + 1 });
    at += token.length;
  }
  tokens.push({ kind: 'end', text: '', position: text.length + 1 });
  return tokens;
}

function nextToken(text: string, at: number): { kind: TokenKind; value: string; length: number } | undefined {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const word = pattern.exec(text)?.[0];
    if (word === undefined) continue;
    if (kind === 'jsonString') {
      const text = jsonText(word);
      if (text === undefined) continue;
      return { kind, value: text, length: word.length };
    }
    const value = kind === 'string' ? word.slice(word.indexOf("'") + 1, -1).replaceAll("''", "'") : word;
    return { kind, value, length: word.length };
  }
  return undefined;
}

function jsonText(word: string): string | undefined {
  try {
    return String(JSON.parse(word));
  } catch {
    return undefined;
  }
}
