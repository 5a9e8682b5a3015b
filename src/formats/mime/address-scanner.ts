import type { MailAddress } from '../../contracts/mail-message.ts';
import { decodeWords } from './encoded-words.ts';

const MAX_ADDRESSES = 10_000;
const ENCODED_WORD = /=\?[^?\s]*\?[bBqQ]\?[^?]*\?=/y;
const PLAIN_RUN = /[^"(<,;:\\=]+/y;

/** What has been read of one mailbox so far. */
interface Draft {
  /** Words outside brackets, quotes kept. */
  raw: string;
  /** The same words, quotes taken off. */
  text: string;
  comment: string;
  angle: string | undefined;
}

const emptyDraft = (): Draft => ({ raw: '', text: '', comment: '', angle: undefined });

/** End of the quoted string or comment that opens at `at`, after its last character; text length when it never closes. */
function skipQuoted(source: string, at: number): number {
  for (let index = at + 1; index < source.length; index += 1) {
    const character = source[index];
    if (character === '\\') index += 1;
    else if (character === '"') return index + 1;
  }
  return source.length;
}

function skipComment(source: string, at: number): number {
  let depth = 0;
  for (let index = at; index < source.length; index += 1) {
    const character = source[index];
    if (character === '\\') index += 1;
    else if (character === '(') depth += 1;
    else if (character === ')') {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  return source.length;
}

const withoutEscapes = (text: string): string => (text.includes('\\') ? text.replace(/\\([\s\S])/g, '$1') : text);

const tidyName = (text: string): string => decodeWords(text).replace(/\s+/g, ' ').trim();

function withoutComments(text: string): string {
  if (text.startsWith('"') || !text.includes('(')) return text;
  const kept: string[] = [];
  let at = 0;
  let open = text.indexOf('(');
  while (open >= 0) {
    kept.push(text.slice(at, open));
    at = skipComment(text, open);
    open = text.indexOf('(', at);
  }
  return kept.join('') + text.slice(at);
}

/** The text with each quoted string replaced by as many underscores. */
function maskQuoted(text: string): string {
  const kept: string[] = [];
  let at = 0;
  let open = text.indexOf('"');
  while (open >= 0) {
    kept.push(text.slice(at, open));
    at = skipQuoted(text, open);
    kept.push('_'.repeat(at - open));
    open = text.indexOf('"', at);
  }
  return kept.join('') + text.slice(at);
}

/** addr-spec of what stood in angle brackets: route and blanks gone (RFC 5322 4.4). */
function angleAddress(text: string): string {
  const routed = withoutComments(text)
    .trim()
    .replace(/^@[^:]*:/, '');
  const bare = routed.startsWith('"') ? routed : routed.replace(/\s+/g, '');
  return bare.includes('=?') ? decodeWords(bare) : bare;
}

function bareAddress(draft: Draft): MailAddress | undefined {
  const raw = draft.raw.replace(/\s+/g, ' ').replace(/ ?@ ?/g, '@');
  const unquoted = maskQuoted(raw);
  const at = unquoted.indexOf('@');
  if (at < 0) {
    const name = tidyName(draft.text);
    if (/^[^\s@]+@[^\s@]+$/.test(name)) return { name: tidyName(draft.comment), address: name };
    return name === '' ? undefined : { name, address: '' };
  }
  const start = unquoted.lastIndexOf(' ', at) + 1;
  const stop = unquoted.indexOf(' ', at);
  const end = stop < 0 ? raw.length : stop;
  const address = raw.slice(start, end);
  const rest = tidyName(`${raw.slice(0, start)} ${raw.slice(end)}`.replace(/"/g, ''));
  return { name: rest === '' ? tidyName(draft.comment) : rest, address };
}

function finish(draft: Draft): MailAddress | undefined {
  if (draft.angle === undefined) return bareAddress(draft);
  const name = tidyName(draft.text);
  const address = angleAddress(draft.angle);
  if (name === '' && address === '' && draft.comment === '') return undefined;
  return { name: name === '' ? tidyName(draft.comment) : name, address };
}

/** Reads one piece of the value into the draft and returns where the next begins. */
function readPiece(source: string, at: number, draft: Draft, lastClose: number): number {
  const character = source[at];
  if (character === '"') {
    const end = skipQuoted(source, at);
    const inner = source.slice(at + 1, source[end - 1] === '"' && end - 1 > at ? end - 1 : end);
    draft.raw += source.slice(at, end);
    draft.text += withoutEscapes(inner);
    return end;
  }
  if (character === '(') {
    const end = skipComment(source, at);
    const inner = withoutEscapes(source.slice(at + 1, source[end - 1] === ')' ? end - 1 : end));
    draft.comment = draft.comment === '' ? inner : `${draft.comment} ${inner}`;
    draft.raw += ' ';
    return end;
  }
  if (character === '<') {
    const close = at < lastClose ? source.indexOf('>', at + 1) : -1;
    const stop = close < 0 ? source.indexOf(',', at + 1) : close;
    const end = stop < 0 ? source.length : stop;
    const inner = source.slice(at + 1, end).replace(/^.*</, '');
    draft.angle ??= inner;
    return close < 0 ? end : end + 1;
  }
  ENCODED_WORD.lastIndex = at;
  PLAIN_RUN.lastIndex = at;
  const piece = ENCODED_WORD.exec(source)?.[0] ?? PLAIN_RUN.exec(source)?.[0] ?? source.charAt(at);
  draft.raw += piece;
  draft.text += piece;
  return at + piece.length;
}

/** The mailboxes of an address header value in order, groups opened, at most 10,000; time grows with the length alone. */
export function scanAddresses(source: string): MailAddress[] {
  const found: MailAddress[] = [];
  const lastClose = source.lastIndexOf('>');
  let draft = emptyDraft();
  const flush = (): void => {
    const address = finish(draft);
    if (address !== undefined) found.push(address);
    draft = emptyDraft();
  };
  let at = 0;
  while (at < source.length && found.length < MAX_ADDRESSES) {
    const character = source[at];
    if (character === ',' || character === ';') {
      flush();
      at += 1;
    } else if (character === ':' && draft.angle === undefined && !draft.raw.includes('@')) {
      draft = emptyDraft();
      at += 1;
    } else {
      at = readPiece(source, at, draft, lastClose);
    }
  }
  flush();
  return found;
}
