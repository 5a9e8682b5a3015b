import { domainToASCII } from 'node:url';
import type { MailAddress } from '../../contracts/mail-message.ts';

const LINE_LENGTH = 76;
const WORD_BYTES = 42;

/** Text fit for a header: control characters, CR, LF and NUL among them, become blanks, so that no input can begin a field of its own (SE-13). */
export function headerText(text: string): string {
  if (/^[!-~](?:[ -~]*[!-~])?$/.test(text)) return text;
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
}

/** A text as encoded words of UTF-8 in base64, each within 75 characters and of whole characters (RFC 2047 2 and 5). */
export function encodedWords(text: string): string[] {
  const words: string[] = [];
  let chunk = '';
  let bytes = 0;
  for (const character of text) {
    const size = Buffer.byteLength(character);
    if (bytes + size > WORD_BYTES) {
      words.push(chunk);
      chunk = '';
      bytes = 0;
    }
    chunk += character;
    bytes += size;
  }
  if (chunk !== '') words.push(chunk);
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`);
}

/** Puts pieces on lines of at most 76 characters where they allow it; every piece but the first follows a blank (RFC 5322 2.2.3). */
function fold(name: string, pieces: readonly string[]): string {
  let output = `${name}:`;
  let column = output.length;
  for (const piece of pieces) {
    const breaks = column + 1 + piece.length > LINE_LENGTH && column > name.length + 1;
    output += breaks ? `\r\n ${piece}` : ` ${piece}`;
    column = breaks ? piece.length + 1 : column + 1 + piece.length;
  }
  return `${output}\r\n`;
}

const isPlain = (text: string): boolean => /^[ -~]*$/.test(text) && !text.includes('=?') && !/[^ ]{200}/.test(text);

/** A field with free text, such as Subject; text that is not plain ASCII, or that looks like encoded words, is encoded. */
export function textField(name: string, text: string): string {
  const clean = headerText(text);
  if (!isPlain(clean)) return fold(name, encodedWords(clean));
  return fold(name, clean === '' ? [] : clean.split(/ (?! )/));
}

/** A field of tokens that stand as they are, such as References; nothing in them is encoded. */
export function tokenField(name: string, tokens: readonly string[]): string {
  return fold(name, tokens.map(headerText));
}

/** An address as it goes into a header or an envelope: no brackets, blanks or control characters, its domain in ASCII (RFC 5890). */
export function wireAddress(address: string): string {
  if (/^[\w.!#$%&'*+/=?^`{|}~@-]+$/.test(address)) return address;
  const bare = address.replace(/[\p{Cs}\p{Cc}\s<>,;]+/gu, '');
  const at = bare.lastIndexOf('@');
  const domain = bare.slice(at + 1);
  if (at < 0 || !/[^ -~]/.test(domain)) return bare;
  return `${bare.slice(0, at)}@${domainToASCII(domain) || domain}`;
}

function addressPieces(address: MailAddress): string[] {
  const wire = `<${wireAddress(address.address)}>`;
  const name = headerText(address.name);
  if (name === '') return [wire.slice(1, -1)];
  if (!isPlain(name) || name.length > 200) return [...encodedWords(name), wire];
  const shown = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
  return [...shown.split(/ (?! )/), wire];
}

/** A field of addresses, such as To (RFC 5322 3.4); empty for an empty list. */
export function addressField(name: string, addresses: readonly MailAddress[]): string {
  const known = addresses.filter((address) => address.address.trim() !== '');
  if (known.length === 0) return '';
  const pieces = known.flatMap((address, index) => {
    const list = addressPieces(address);
    const last = list.pop() ?? '';
    return [...list, index < known.length - 1 ? `${last},` : last];
  });
  return fold(name, pieces);
}

function encodedParameter(name: string, value: string): string[] {
  const encoded = Buffer.from(value)
    .toString('latin1')
    .replace(/[^A-Za-z0-9._-]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
  const sections = encoded.match(/(?:%[0-9A-F]{2}|[^%]){1,18}/g) ?? [];
  if (sections.length <= 1) return [`${name}*=UTF-8''${encoded}`];
  return sections.map((section, index) => `${name}*${index}*=${index === 0 ? "UTF-8''" : ''}${section}`);
}

/** Parameters such as a file name, quoted where plain, else in the form of RFC 2231 in UTF-8, in sections of one line each. */
export function parameter(name: string, value: string): string[] {
  const clean = headerText(value);
  const isShort = /^[ -~]{0,60}$/.test(clean) && !clean.includes('=?');
  return isShort ? [`${name}="${clean.replace(/["\\]/g, '\\$&')}"`] : encodedParameter(name, clean);
}

/** A field with a value and parameters, such as Content-Type (RFC 2045 5.1). */
export function parameterField(name: string, value: string, parameters: readonly string[]): string {
  const pieces = [value, ...parameters];
  return fold(
    name,
    pieces.map((piece, index) => (index < pieces.length - 1 ? `${piece};` : piece)),
  );
}
