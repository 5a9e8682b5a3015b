import { decodeCharset } from './charset.ts';
import { decodeWords } from './encoded-words.ts';
import { readRawValue } from './header-block.ts';

/** A value with parameters, such as Content-Type. */
export interface ParameterisedValue {
  /** Lower case, comments and blanks gone. */
  readonly value: string;
  /** Decoded parameters by lower-case name. */
  readonly parameters: ReadonlyMap<string, string>;
}

const MAX_PARAMETERS = 200;

function quotedEnd(text: string, at: number): number {
  for (let index = at + 1; index < text.length; index += 1) {
    if (text[index] === '\\') index += 1;
    else if (text[index] === '"') return index;
  }
  return -1;
}

function nameEnd(text: string, at: number): number {
  for (let index = at; index < text.length; index += 1) if (text[index] === '=' || text[index] === ';') return index;
  return text.length;
}

/** A value that stands without quotes: an opening quote that never closes and a comment at its end are left out. */
function bareValue(written: string): string {
  const bare = written.trim().replace(/^"/, '');
  const comment = bare.endsWith(')') && !bare.startsWith('=?') ? bare.lastIndexOf('(') : -1;
  return comment > 0 ? bare.slice(0, comment).trim() : bare;
}

/** Parameters in order as written, quotes taken off; a value without quotes runs to the next semicolon. */
function rawParameters(text: string): [string, string][] {
  const found: [string, string][] = [];
  let at = 0;
  while (at < text.length && found.length < MAX_PARAMETERS) {
    const stop = nameEnd(text, at);
    const name = text.slice(at, stop).trim().toLowerCase();
    at = stop + 1;
    if (text[stop] !== '=') continue;
    while (text[at] === ' ' || text[at] === '\t') at += 1;
    const close = text[at] === '"' ? quotedEnd(text, at) : -1;
    if (close >= 0) {
      found.push([name, text.slice(at + 1, close).replace(/\\([\s\S])/g, '$1')]);
      const semicolon = text.indexOf(';', close);
      at = semicolon < 0 ? text.length : semicolon + 1;
    } else {
      const semicolon = text.indexOf(';', at);
      const end = semicolon < 0 ? text.length : semicolon;
      found.push([name, bareValue(text.slice(at, end))]);
      at = end + 1;
    }
  }
  return found;
}

function percentBytes(text: string): Buffer {
  const raw = text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(raw, 'latin1');
}

interface Section {
  readonly index: number;
  readonly isEncoded: boolean;
  readonly value: string;
}

/** Joins the sections of one parameter (RFC 2231 3 and 4). */
function joinSections(sections: Section[]): string {
  const ordered = sections.sort((a, b) => a.index - b.index);
  const first = ordered[0];
  const header = first?.isEncoded ? /^([^']*)'([^']*)'/.exec(first.value) : null;
  const bytes = ordered.map((section, place) => {
    const value = place === 0 && header !== null ? section.value.slice(header[0].length) : section.value;
    return section.isEncoded ? percentBytes(value) : Buffer.from(value, 'latin1');
  });
  return decodeCharset(Buffer.concat(bytes), header?.[1] ?? '').text;
}

/** Reads a value with parameters (RFC 2045 5.1), split and encoded ones of RFC 2231 and encoded words in their place included; never throws. */
export function readParameters(text: string): ParameterisedValue {
  const semicolon = text.indexOf(';');
  const head = semicolon < 0 ? text : text.slice(0, semicolon);
  const value = head
    .replace(/\([^()]*\)/g, '')
    .replace(/\s+/g, '')
    .toLowerCase();
  const parameters = new Map<string, string>();
  if (semicolon < 0) return { value, parameters };
  const split = new Map<string, Section[]>();
  for (const [name, written] of rawParameters(text.slice(semicolon + 1))) {
    const section = /^([^*]+)\*(?:(\d{1,4})(\*)?)?$/.exec(name);
    if (section === null) {
      if (!parameters.has(name)) parameters.set(name, decodeWords(readRawValue(written)));
      continue;
    }
    const base = section[1] ?? '';
    const list = split.get(base) ?? [];
    const isEncoded = section[2] === undefined || section[3] !== undefined;
    list.push({ index: Number(section[2] ?? 0), isEncoded, value: written });
    split.set(base, list);
  }
  for (const [name, sections] of split) parameters.set(name, decodeWords(joinSections(sections)));
  return { value, parameters };
}
