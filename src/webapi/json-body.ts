import type { JsonObject } from './entity-json.ts';
import { badPayload, HttpError } from './http-error.ts';

/** Deepest nesting of a JSON body. */
const deepest = 64;

/** Reads a JSON object out of a request body. Throws 400 saying line and column of the first mistake. */
export function parseJsonObject(body: Buffer | undefined, what = 'The body'): JsonObject {
  const text = decodeUtf8(body ?? Buffer.alloc(0), what);
  if (text.trim() === '') throw badPayload(`${what} is empty; a JSON object is expected.`);
  const value = parseJson(text, what);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badPayload(`${what} must be a JSON object ({...}).`);
  }
  return value as JsonObject;
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const mistake = findMistake(text) ?? { at: text.length, expected: 'it cannot be read' };
    const before = text.slice(0, mistake.at);
    const line = before.split('\n').length;
    const column = mistake.at - before.lastIndexOf('\n');
    throw badPayload(`${what} is not valid JSON at line ${line}, column ${column}: ${mistake.expected}.`);
  }
}

function decodeUtf8(bytes: Buffer, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new HttpError(400, '80048d19', `${what} is not UTF-8 text.`);
  }
}

interface Mistake {
  readonly at: number;
  readonly expected: string;
}

const blank = /[ \t\n\r]*/y;
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Walks JSON (RFC 8259) without building values and returns the first place that does not fit. */
function findMistake(text: string): Mistake | undefined {
  const open: ('{' | '[')[] = [];
  let at = 0;
  let state: 'value' | 'firstValue' | 'firstKey' | 'key' | 'after' = 'value';
  const skip = () => {
    blank.lastIndex = at;
    at += blank.exec(text)?.[0].length ?? 0;
  };
  const takeScalar = (onlyString: boolean): boolean => {
    const end = text[at] === '"' ? endOfString(text, at) : onlyString ? undefined : endOfWord(text, at);
    if (end === undefined) return false;
    at = end;
    return true;
  };
  for (;;) {
    skip();
    const sign = text[at];
    if (state === 'after') {
      const top = open.at(-1);
      if (top === undefined) return sign === undefined ? undefined : { at, expected: 'nothing may follow the value' };
      if (sign === ',') state = top === '{' ? 'key' : 'value';
      else if (sign === (top === '{' ? '}' : ']')) open.pop();
      else return { at, expected: `',' or '${top === '{' ? '}' : ']'}' is expected` };
      at += 1;
    } else if (state === 'firstKey' || state === 'key') {
      if (state === 'firstKey' && sign === '}') {
        open.pop();
        at += 1;
        state = 'after';
        continue;
      }
      if (!takeScalar(true)) return { at, expected: 'a property name in double quotes is expected' };
      skip();
      if (text[at] !== ':') return { at, expected: "':' is expected" };
      at += 1;
      state = 'value';
    } else if (state === 'firstValue' && sign === ']') {
      open.pop();
      at += 1;
      state = 'after';
    } else if (sign === '{' || sign === '[') {
      if (open.length >= deepest) return { at, expected: `at most ${deepest} levels may nest` };
      open.push(sign);
      at += 1;
      state = sign === '{' ? 'firstKey' : 'firstValue';
    } else if (takeScalar(false)) {
      state = 'after';
    } else {
      return { at, expected: 'a value is expected' };
    }
  }
}

function endOfString(text: string, start: number): number | undefined {
  let at = start + 1;
  for (;;) {
    while (isPlain(text.charCodeAt(at))) at += 1;
    if (text[at] === '"') return at + 1;
    escaped.lastIndex = at;
    const length = escaped.exec(text)?.[0].length;
    if (length === undefined) return undefined;
    at += length;
  }
}

/** True inside a string for what is neither quote, backslash, control character nor the end (NaN). */
function isPlain(code: number): boolean {
  return code >= 0x20 && code !== 0x22 && code !== 0x5c;
}

function endOfWord(text: string, at: number): number | undefined {
  scalar.lastIndex = at;
  const word = scalar.exec(text)?.[0];
  return word === undefined ? undefined : at + word.length;
}
