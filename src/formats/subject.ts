import { stableHash } from './stable-hash.ts';
import { stripTokens } from './tracking-token.ts';

/** Default of HashFilterKeywords: any run of `word:` at the start of a subject (CO-33). */
export const DEFAULT_SUBJECT_NOISE = '^[\\s]*([\\w]+\\s?:[\\s]*)+';

const FORWARD_WORDS =
  'fwd?|wg|tr|rv|enc|vb|vl|pd|i|doorst|továbbítás|přeposl|προώθ|ilt|пер|пересл|转发|轉寄|转寄|転送|전달';
const REPLY_WORDS =
  're|aw|sv|vs|antw|antwort|res|rif|r|odp|ynt|vá|vedr|ref|atb|на|отв|απ|σχετ|回复|回覆|答复|返信|회신';
const COUNT = '(?:\\s?[[(]\\d{1,4}[\\])])?';
const ANY_PREFIX = new RegExp(`^\\s*(?:${FORWARD_WORDS}|${REPLY_WORDS})${COUNT}\\s?[:：]\\s*`, 'iu');
const FORWARD_PREFIX = new RegExp(`^\\s*(?:${FORWARD_WORDS})${COUNT}\\s?[:：]`, 'iu');
const REPLY_PREFIX = new RegExp(`^\\s*(?:${REPLY_WORDS})${COUNT}\\s?[:：]`, 'iu');

/** The subject without the reply and forward prefixes of mail clients at its start (`RE:`, `AW:`, `Fwd[2]:` and localised forms). */
export function stripSubjectPrefixes(subject: string): string {
  let rest = subject.trim();
  for (let taken = 0; taken < 50; taken += 1) {
    const shorter = rest.replace(ANY_PREFIX, '');
    if (shorter === rest) break;
    rest = shorter;
  }
  return rest.trim();
}

/** True when two subjects say different things once prefixes, tokens, case and white space are left aside (CO-09). */
export function subjectsDiffer(one: string, other: string, tokenPrefixes: readonly string[]): boolean {
  const core = (subject: string): string =>
    stripSubjectPrefixes(stripTokens(subject, tokenPrefixes)).replace(/\s+/g, ' ').toLowerCase();
  return core(one) !== core(other);
}

/** True when the first prefix of the subject is a forward's (`FW:`, `WG:`, `TR:` ...; CO-08). */
export function isForwardSubject(subject: string): boolean {
  return FORWARD_PREFIX.test(subject);
}

/** True when the first prefix of the subject is an answer's (`RE:`, `AW:`, `SV:` ...). */
export function isReplySubject(subject: string): boolean {
  return REPLY_PREFIX.test(subject);
}

const WORD_CHARACTERS = '\\p{L}\\p{M}\\p{Nd}\\p{Pc}';

function noiseExpression(pattern: string): RegExp | undefined {
  let inClass = false;
  const wide = pattern.replace(/\\[\s\S]|[[\]]/g, (piece) => {
    if (piece === '[' || piece === ']') inClass = piece === '[';
    if (piece === '\\w') return inClass ? WORD_CHARACTERS : `[${WORD_CHARACTERS}]`;
    return piece;
  });
  for (const [source, flags] of [
    [wide, 'giu'],
    [pattern, 'gi'],
  ] as const) {
    try {
      return new RegExp(source, flags);
    } catch {
      // The next form is tried; a pattern that is none at all removes nothing.
    }
  }
  return undefined;
}

/**
 * The words of a subject that smart matching compares: noise removed, split on white space, lower case, the first `maxCount` (CO-32 to CO-36).
 * `noisePattern` is HashFilterKeywords; one that is not a regular expression removes nothing. Only the first 1,000 characters count.
 */
export function subjectWords(subject: string, noisePattern: string, maxCount: number): string[] {
  const noise = noisePattern === '' ? undefined : noiseExpression(noisePattern);
  const text = subject.slice(0, 1000);
  return (noise === undefined ? text : text.replace(noise, ''))
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, maxCount);
}

/** Hashes of the words of a subject for `emailhash.hash`, one a word, in their order (CO-32, CO-36). */
export function subjectHashes(subject: string, noisePattern: string, maxCount: number): number[] {
  return subjectWords(subject, noisePattern, maxCount).map(stableHash);
}

/** Hashes of the unique addresses of a message for `emailhash.hash`, case ignored, the first `maxCount` (CO-34 to CO-36). */
export function addressHashes(addresses: readonly string[], maxCount: number): number[] {
  const unique = new Set(addresses.map((address) => address.trim().toLowerCase()).filter((address) => address !== ''));
  return [...unique].slice(0, maxCount).map(stableHash);
}
