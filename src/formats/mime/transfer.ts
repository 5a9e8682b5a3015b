import { decodeBase64 } from './base64.ts';

const EQUALS = 0x3d;
const LF = 0x0a;
const CR = 0x0d;

const hexValue = (byte: number | undefined): number => {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
};

/** Length of a soft line break that starts after the equals sign at `at`, trailing blanks borne; 0 when there is none. */
function softBreakLength(input: Buffer, at: number): number {
  let end = at + 1;
  while (input[end] === 0x20 || input[end] === 0x09) end += 1;
  if (input[end] === CR) return input[end + 1] === LF ? end + 2 - at : end + 1 - at;
  if (input[end] === LF) return end + 1 - at;
  return end >= input.length ? end - at : 0;
}

/** The byte that two hexadecimal digits at `at` stand for; -1 when no such digits stand there. */
export function hexPair(input: Buffer, at: number): number {
  const high = hexValue(input[at]);
  const low = high < 0 ? -1 : hexValue(input[at + 1]);
  return low < 0 ? -1 : high * 16 + low;
}

/** Bytes of a quoted-printable body (RFC 2045 6.7); an equals sign that begins nothing is kept as it stands. */
export function decodeQuotedPrintable(input: Buffer): Buffer {
  const first = input.indexOf(EQUALS);
  if (first < 0) return input;
  const output = Buffer.allocUnsafe(input.length);
  let length = input.copy(output, 0, 0, first);
  for (let at = first; at < input.length; ) {
    const byte = input[at] as number;
    const value = byte === EQUALS ? hexPair(input, at + 1) : byte;
    const skipped = value < 0 ? softBreakLength(input, at) : 0;
    if (skipped === 0) {
      output[length] = value < 0 ? EQUALS : value;
      length += 1;
    }
    at += skipped > 0 ? skipped : byte === EQUALS && value >= 0 ? 3 : 1;
  }
  return output.subarray(0, length);
}

/** Decodes one line into `output`, which is all zero there, and returns how many bytes it announces; blanks cut off at its end are zeros. */
function uuLine(text: string, start: number, end: number, output: Buffer, at: number): number {
  const length = Math.min((text.charCodeAt(start) - 32) & 63, output.length - at);
  for (let from = start + 1, to = 0; from < end && to < length; from += 4, to += 3) {
    let group = 0;
    for (let index = 0; index < 4; index += 1) {
      group = (group << 6) | (from + index < end ? (text.charCodeAt(from + index) - 32) & 63 : 0);
    }
    for (let index = 0; index < 3 && to + index < length; index += 1) {
      output[at + to + index] = (group >> (16 - 8 * index)) & 255;
    }
  }
  return length;
}

/** Bytes of a uuencoded body, from its `begin` line to its `end` line; the input itself when it has no `begin` line. */
export function decodeUuencode(input: Buffer): Buffer {
  const text = input.toString('latin1');
  const begin = /^begin [0-7]{3,4} .*$/m.exec(text);
  if (begin === null) return input;
  const output = Buffer.alloc(text.length);
  let length = 0;
  let at = text.indexOf('\n', begin.index);
  while (at >= 0) {
    const next = text.indexOf('\n', at + 1);
    const start = at + 1;
    let end = next < 0 ? text.length : next;
    while (end > start && text.charCodeAt(end - 1) <= 32) end -= 1;
    if (end - start === 3 && text.startsWith('end', start)) break;
    if (end > start) length += uuLine(text, start, end, output, length);
    at = next;
  }
  return output.subarray(0, length);
}

/** The bytes of a body by its Content-Transfer-Encoding (RFC 2045 6); an unknown encoding is taken as none. */
export function decodeTransfer(body: Buffer, encoding: string): Buffer {
  switch (encoding) {
    case 'base64':
      return decodeBase64(body);
    case 'quoted-printable':
      return decodeQuotedPrintable(body);
    case 'uuencode':
    case 'x-uuencode':
    case 'x-uue':
      return decodeUuencode(body);
    default:
      return body;
  }
}
