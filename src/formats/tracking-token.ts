import { MailroomError } from '../base/errors.ts';
import { cutText } from './cut-text.ts';

/** What a tracking token is made of (CO-11). */
export interface TrackingTokenParts {
  /** 1 to 20 characters, `CRM:` by default. */
  readonly prefix: string;
  /** 0 tracked while online, 1 while offline. */
  readonly deploy: 0 | 1;
  /** Base number plus running number of the user (CO-12). */
  readonly user: number;
  /** 1 to 10, 3 by default. */
  readonly userDigits: number;
  /** Messages of this user so far; wraps at ten to the power of `counterDigits` (CO-13). */
  readonly counter: number;
  /** 1 to 9, 3 by default. */
  readonly counterDigits: number;
}

function requireRange(what: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw new MailroomError(
    `Tracking token: ${what} is ${value}, but must be a whole number from ${low} to ${high}. Change the tracking token settings of the organization.`,
    { code: 'mr_TrackingTokenSettings', kind: 'configuration' },
  );
}

/**
 * Writes a tracking token such as `CRM:0001001` (CO-11); the counter wraps, a user number with more digits than asked for keeps them.
 * Throws MailroomError `mr_TrackingTokenSettings`, kind `configuration`, when a part is out of range.
 */
export function formatToken(parts: TrackingTokenParts): string {
  requireRange('the length of the prefix', parts.prefix.length, 1, 20);
  requireRange('the number of user digits', parts.userDigits, 1, 10);
  requireRange('the number of counter digits', parts.counterDigits, 1, 9);
  requireRange('the user number', parts.user, 0, Number.MAX_SAFE_INTEGER);
  requireRange('the counter', parts.counter, 0, Number.MAX_SAFE_INTEGER);
  const user = String(parts.user).padStart(parts.userDigits, '0');
  const counter = String(parts.counter % 10 ** parts.counterDigits).padStart(parts.counterDigits, '0');
  return `${parts.prefix}${parts.deploy}${user}${counter}`;
}

interface TokenPatterns {
  readonly token: RegExp;
  /** The same with the white space before it. */
  readonly withSpace: RegExp;
}

/** An organisation's prefixes stay the same object for a whole turn. */
const patternsOf = new WeakMap<readonly string[], TokenPatterns | 'none'>();

function tokenPatterns(prefixes: readonly string[]): TokenPatterns | undefined {
  const known = patternsOf.get(prefixes) ?? makePatterns(prefixes) ?? 'none';
  patternsOf.set(prefixes, known);
  return known === 'none' ? undefined : known;
}

function makePatterns(prefixes: readonly string[]): TokenPatterns | undefined {
  const known = prefixes.filter((prefix) => prefix.trim() !== '').sort((a, b) => b.length - a.length);
  if (known.length === 0) return undefined;
  const alternatives = known.map((prefix) => prefix.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  const token = `(?:${alternatives.join('|')})[0-9]{3,20}(?![0-9])`;
  return { token: new RegExp(token, 'gi'), withSpace: new RegExp(`(\\s?)${token}`, 'gi') };
}

/** Tokens in a subject, in order, each once: a known prefix, old ones too (CO-17), and digits after it; case does not count (CO-19). */
export function findTokens(subject: string, prefixes: readonly string[]): string[] {
  const pattern = tokenPatterns(prefixes)?.token;
  if (pattern === undefined) return [];
  const found = new Map<string, string>();
  for (const [token] of subject.matchAll(pattern)) {
    const key = token.toLowerCase();
    if (!found.has(key)) found.set(key, token);
  }
  return [...found.values()];
}

/** The subject without any token of a known prefix and without the space that stood before it; other spaces stay as they are. */
export function stripTokens(subject: string, prefixes: readonly string[]): string {
  const patterns = tokenPatterns(prefixes);
  if (patterns === undefined) return subject;
  let text = subject;
  // Removing one token may join what stood around it into another.
  while (text.search(patterns.token) >= 0) {
    text = text
      .replace(patterns.withSpace, (_match, space: string, at: number) => (space === '' && at > 0 ? ' ' : ''))
      .trim();
  }
  return text;
}

/**
 * The subject with exactly one token, at its end (CO-10, CO-15); the text is cut to make room within `maxLength` characters,
 * and where the token alone does not fit the text is cut and the token left out (CO-16).
 */
export function subjectWithToken(
  subject: string,
  token: string,
  maxLength: number,
  prefixes: readonly string[],
): string {
  const text = stripTokens(subject, prefixes).trim();
  if (token === '' || token.length > maxLength) return cutText(text, maxLength);
  const room = cutText(text, maxLength - token.length - 1).trimEnd();
  return room === '' ? token : `${room} ${token}`;
}
