import type { BufferPool } from '../base/buffer-pool.ts';
import { lineBytes, lineEndBytes, type PackedLines, storedLineBytes } from './packed-lines.ts';

/** A body as it is stored. */
export interface PackedBody {
  /** What is stored, in order. */
  readonly parts: readonly Buffer[];
  /** What of the body is stored as the bytes it stands for, in order; all else is stored as it is. */
  readonly lines: readonly PackedLines[];
  /** Gives the memory of the parts back; call once, when nobody reads them any more. */
  release(): void;
}

/** Lines that take less of a body stay as they are, bytes. */
const leastBytes = 32_768;
/** Longest line that is looked at (RFC 5322 2.1.1), characters. */
const mostChars = 998;
/** More of them in one body stay as they are. */
const mostPacked = 100;
/** Blank lines of one body behind which is looked: a message of nothing else must not cost more than its size. */
const mostLooks = 10_000;
/** Bytes that are decoded at a time: a large body is never held as text. */
const pieceBytes = 49_152;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const equalsSign = 0x3d;
const blankLine = Buffer.from('\r\n\r\n');

/**
 * Finds base64 behind blank lines, as files stand in messages (RFC 2045 6.8), and decodes it into memory of `pool`: a quarter less is stored.
 * What would not come out byte by byte as it was (other characters, other alphabets, padding before the end) stays as it is.
 */
export function packBody(body: Buffer, pool: BufferPool): PackedBody {
  const found = body.length < leastBytes ? [] : [...regularLines(body)];
  if (found.length === 0) return { parts: [body], lines: [], release: () => undefined };
  const room = pool.take(found.reduce((sum, lines) => sum + storedBytes(lines), 0));
  const parts: Buffer[] = [];
  const packed: PackedLines[] = [];
  let used = 0;
  let at = 0;
  for (const lines of found) {
    const bytes = room.subarray(used, used + storedBytes(lines));
    if (!decodeInto(bytes, body, lines)) continue;
    if (lines.start > at) parts.push(body.subarray(at, lines.start));
    parts.push(bytes);
    packed.push(lines);
    used += bytes.length;
    at = lines.start + bodyBytes(lines);
  }
  if (at < body.length) parts.push(body.subarray(at));
  return { parts, lines: packed, release: () => pool.give(room) };
}

const bodyBytes = ({ count, chars }: PackedLines): number => count * lineBytes(chars);
const storedBytes = ({ count, chars }: PackedLines): number => count * storedLineBytes(chars);

/** Lines of one length behind blank lines, whatever their characters. */
function* regularLines(body: Buffer): Generator<PackedLines> {
  let found = 0;
  let blank = body.indexOf(blankLine);
  for (let looks = 0; blank >= 0 && found < mostPacked && looks < mostLooks; looks += 1) {
    const start = blank + blankLine.length;
    const lines = linesFrom(body, start);
    if (lines !== undefined) {
      found += 1;
      yield lines;
    }
    blank = body.indexOf(
      blankLine,
      lines === undefined ? start - lineEndBytes : start + bodyBytes(lines) - lineEndBytes,
    );
  }
}

function linesFrom(body: Buffer, start: number): PackedLines | undefined {
  const end = body.subarray(start, start + mostChars + lineEndBytes).indexOf(lineFeed);
  const chars = end - 1;
  if (chars < 4 || chars % 4 !== 0) return undefined;
  const step = lineBytes(chars);
  let count = 0;
  for (let at = start + chars; body[at] === carriageReturn && body[at + 1] === lineFeed; at += step) count += 1;
  // Padding ends base64, also at the end of a whole line.
  if (body[start + count * step - lineEndBytes - 1] === equalsSign) count -= 1;
  return count * step < leastBytes ? undefined : { start, count, chars };
}

/** Fills `bytes` with what the lines stand for; false where they are not base64 through and through. */
function decodeInto(bytes: Buffer, body: Buffer, { start, count, chars }: PackedLines): boolean {
  const step = lineBytes(chars);
  const all = body.subarray(start, start + count * step);
  // The decoder takes the letters of base64url as well (RFC 4648 5), which would come out as those of base64.
  if (all.includes(0x2d) || all.includes(0x5f)) return false;
  const linesAtOnce = Math.max(1, Math.floor(pieceBytes / step));
  for (let line = 0; line < count; line += linesAtOnce) {
    const last = Math.min(count, line + linesAtOnce);
    const from = line * storedLineBytes(chars);
    const size = (last - line) * storedLineBytes(chars);
    // It leaves characters out that are not of the alphabet, and stops at padding: then it is less.
    if (bytes.write(all.toString('latin1', line * step, last * step), from, size, 'base64') !== size) return false;
  }
  return true;
}
