import { createHash } from 'node:crypto';

const EQUALS = 0x3d;
const LF = 0x0a;
const CR = 0x0d;
/** Padded runs of one base64 body that are read each for itself. */
const MAX_RUNS = 1000;
/** Bytes of a body in lines that are decoded at a time: a large one is never held as text. */
const PIECE_BYTES = 49_152;

/** A base64 body that is nothing but lines of one length, the last one aside: any stretch of its groups of four can be decoded by itself. */
export interface Base64Lines {
  /** Bytes of the body up to its last character. */
  readonly length: number;
  /** Characters of a line, a multiple of four. */
  readonly chars: number;
  /** Bytes of a line end, 1 or 2. */
  readonly end: number;
  /** Bytes that it stands for, if its characters are all of the alphabet. */
  readonly sizeBytes: number;
}

/** Looks at the lines of a body and at letters that only other alphabets have; undefined where it is not regular. */
function findLines(body: Buffer): Base64Lines | undefined {
  let length = body.length;
  while (length > 0 && (body[length - 1] as number) <= 0x20) length -= 1;
  const found = body.indexOf(LF);
  const isOneLine = found < 0 || found > length;
  const chars = isOneLine ? length : found > 0 && body[found - 1] === CR ? found - 1 : found;
  if (chars < 4 || chars % 4 !== 0) return undefined;
  const end = isOneLine ? 1 : found + 1 - chars;
  const line = chars + end;
  for (let at = chars; at < length; at += line) {
    if (body[at + end - 1] !== LF || (end === 2 && body[at] !== CR)) return undefined;
  }
  const last = length % line;
  if (last % 4 !== 0 || last > chars) return undefined;
  if (body.includes(0x2d) || body.includes(0x5f)) return undefined;
  const padding = body[length - 1] !== EQUALS ? 0 : body[length - 2] !== EQUALS ? 1 : 2;
  const sizeBytes = ((Math.floor(length / line) * chars + last) / 4) * 3 - padding;
  return { length, chars, end, sizeBytes };
}

/** The text of a body in pieces of whole lines, each with the number of bytes it stands for. */
function* piecesOf(body: Buffer, { length, chars, end, sizeBytes }: Base64Lines): Generator<readonly [string, number]> {
  const linesAtOnce = Math.max(1, Math.floor(PIECE_BYTES / (chars + end)));
  const step = linesAtOnce * (chars + end);
  const bytes = (linesAtOnce * chars * 3) / 4;
  let left = sizeBytes;
  for (let at = 0; at < length; at += step) {
    yield [body.toString('latin1', at, Math.min(length, at + step)), Math.min(bytes, left)];
    left -= bytes;
  }
}

/** Lines of a body with the SHA-256 of its bytes, which are decoded piece by piece; undefined where anything but base64 in lines of one length stands in it. */
export function digestBase64(body: Buffer): (Base64Lines & { readonly sha256: string }) | undefined {
  const lines = findLines(body);
  if (lines === undefined) return undefined;
  const hash = createHash('sha256');
  let scratch: Buffer | undefined;
  for (const [text, size] of piecesOf(body, lines)) {
    scratch ??= Buffer.allocUnsafe(size + 3);
    if (scratch.write(text, 0, 'base64') !== size) return undefined;
    hash.update(scratch.subarray(0, size));
  }
  return { ...lines, sha256: hash.digest('hex') };
}

/** Decodes a body in lines piece by piece; undefined where padding or another character stands among them. */
function decodeLines(body: Buffer): Buffer | undefined {
  const lines = findLines(body);
  if (lines === undefined) return undefined;
  const output = Buffer.allocUnsafe(lines.sizeBytes);
  let length = 0;
  for (const [text, size] of piecesOf(body, lines)) {
    if (output.write(text, length, 'base64') !== size) return undefined;
    length += size;
  }
  return output;
}

/** Bytes of a base64 body (RFC 2045 6.8); characters outside the alphabet are skipped, padding in the middle begins a new run. */
export function decodeBase64(input: Buffer | string): Buffer {
  if (typeof input !== 'string' && input.length > PIECE_BYTES) {
    const regular = decodeLines(input);
    if (regular !== undefined) return regular;
  }
  const text = typeof input === 'string' ? input : input.toString('latin1');
  const padding = text.indexOf('=');
  if (padding < 0 || !/[A-Za-z0-9+/]/.test(text.slice(padding, padding + 200))) return Buffer.from(text, 'base64');
  const runs = text.split(/=+/, MAX_RUNS);
  if (runs.length === MAX_RUNS) return Buffer.from(text.replaceAll('=', ''), 'base64');
  return Buffer.concat(runs.map((run) => Buffer.from(run, 'base64')));
}
