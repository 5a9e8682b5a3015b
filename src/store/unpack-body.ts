import { lineBytes, type PackedLines, storedLineBytes } from './packed-lines.ts';

/** What is stored of a body that holds some bytes of it, and what they become. */
export interface StoredStretch {
  /** Where it begins in what is stored, bytes. */
  readonly first: number;
  /** Bytes of it. */
  readonly length: number;
  /** The bytes of the body out of what was stored there. */
  unpack(stored: Buffer): Buffer;
}

/** A stretch of the body, from where to where in whole lines, and of what is stored for it. */
interface Section {
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly last: number;
  /** Characters of a line; absent where it is stored as it is. */
  readonly chars?: number;
}

/** Where the bytes `from` to `to` of a body stand that is stored with these lines packed. Pure. */
export function storedStretch(lines: readonly PackedLines[], from: number, to: number): StoredStretch {
  const sections = sectionsOf(lines, to)
    .filter((one) => one.to > from && one.from < to)
    .map((one) => within(one, from, to));
  const first = sections[0]?.first ?? 0;
  const last = sections.at(-1)?.last ?? first;
  const begin = sections[0]?.from ?? from;
  return {
    first,
    length: last - first,
    unpack: (stored) => {
      const parts = sections.map((one) => sectionBytes(one, stored.subarray(one.first - first, one.last - first)));
      return Buffer.concat(parts).subarray(from - begin, to - begin);
    },
  };
}

/** The body from its start to `end` at least. */
function sectionsOf(lines: readonly PackedLines[], end: number): Section[] {
  const sections: Section[] = [];
  let at = 0;
  let stored = 0;
  const plainTo = (to: number): void => {
    if (to > at) sections.push({ from: at, to, first: stored, last: stored + to - at });
    stored += Math.max(0, to - at);
    at = Math.max(at, to);
  };
  for (const { start, count, chars } of lines) {
    plainTo(start);
    const [to, last] = [at + count * lineBytes(chars), stored + count * storedLineBytes(chars)];
    sections.push({ from: at, to, first: stored, last, chars });
    at = to;
    stored = last;
  }
  plainTo(end);
  return sections;
}

/** What of a section has to be read for the bytes `from` to `to`: of packed lines, whole ones. */
function within(section: Section, from: number, to: number): Section {
  const { chars } = section;
  const [step, storedStep] = chars === undefined ? [1, 1] : [lineBytes(chars), storedLineBytes(chars)];
  const skipped = Math.floor((Math.max(from, section.from) - section.from) / step);
  const kept = Math.ceil((Math.min(to, section.to) - section.from) / step);
  return {
    ...section,
    from: section.from + skipped * step,
    to: section.from + kept * step,
    first: section.first + skipped * storedStep,
    last: section.first + kept * storedStep,
  };
}

function sectionBytes({ from, to, chars }: Section, stored: Buffer): Buffer {
  if (chars === undefined) return stored;
  const bytes = Buffer.allocUnsafe(to - from);
  const step = storedLineBytes(chars);
  for (let line = 0; line * step < stored.length; line += 1) {
    const text = stored.toString('base64', line * step, (line + 1) * step);
    bytes.write(`${text}\r\n`, line * lineBytes(chars), 'latin1');
  }
  return bytes;
}
