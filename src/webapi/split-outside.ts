import { unknownName } from './http-error.ts';

/** Splits at a sign that stands outside quotes and brackets. Throws 400 for brackets and quotes that do not match. */
export function splitOutside(text: string, sign: string, what: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "'") quoted = !quoted;
    if (quoted) continue;
    if (character === '(' || character === '[') depth += 1;
    if (character === ')' || character === ']') depth -= 1;
    if (depth < 0) throw unknownName(`${what} closes a bracket at position ${at + 1} that was not opened.`);
    if (character === sign && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  if (quoted || depth > 0) throw unknownName(`${what} ends inside a ${quoted ? 'text' : 'bracket'}.`);
  parts.push(text.slice(start));
  return parts;
}
