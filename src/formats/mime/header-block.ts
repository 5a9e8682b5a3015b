import { decodeCharset } from './charset.ts';

/** One field of a header block; the value is unfolded, not decoded, each character one byte. */
export interface HeaderField {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
}

/** A header block as read and where the body after it begins. */
export interface HeaderBlock {
  readonly fields: readonly HeaderField[];
  /** Offset of the first byte of the body. */
  readonly bodyStart: number;
  readonly faults: ReadonlySet<string>;
}

const LF = 0x0a;
const CR = 0x0d;
const MAX_FIELDS = 10_000;
/** Bytes of one header block that are kept; servers refuse far less (SE-13). */
const MAX_BLOCK_BYTES = 1_048_576;
const FIELD = /^([!-9;-~]+)[ \t]*:/;

/** Offset after the line that starts at `at`; a bare CR ends a line only in a message without any LF. */
function nextLine(raw: Buffer, at: number, end: number, breaker: number): number {
  const found = raw.indexOf(breaker, at);
  return found < 0 || found >= end ? end : found + 1;
}

function lineText(raw: Buffer, start: number, next: number): string {
  let stop = next;
  if (stop > start && raw[stop - 1] === LF) stop -= 1;
  while (stop > start && raw[stop - 1] === CR) stop -= 1;
  return raw.toString('latin1', start, stop);
}

/**
 * Reads the header block that begins at `start` (RFC 5322 2.2): continuation lines unfolded, a leading mbox `From ` line left out,
 * a line that is no field ends the block and begins the body. At most 10,000 fields; later ones are left out and told.
 */
export function readHeaderBlock(raw: Buffer, start: number, end: number): HeaderBlock {
  const fields: HeaderField[] = [];
  const faults = new Set<string>();
  const breaker = raw.subarray(start, end).includes(LF) ? LF : CR;
  let pieces: string[] = [];
  let at = start;
  const flush = (): void => {
    if (pieces.length === 0) return;
    if (at - start > MAX_BLOCK_BYTES)
      faults.add(`a header of more than ${MAX_BLOCK_BYTES} bytes; later fields were left out`);
    const line = pieces.join('');
    const name = FIELD.exec(line);
    if (name?.[1] !== undefined && fields.length < MAX_FIELDS && at - start <= MAX_BLOCK_BYTES) {
      fields.push({ name: name[1].toLowerCase(), value: line.slice(name[0].length).trim() });
    }
    pieces = [];
  };
  while (at < end) {
    const next = nextLine(raw, at, end, breaker);
    const line = lineText(raw, at, next);
    if (line === '') {
      at = next;
      break;
    }
    const isFolded = line.startsWith(' ') || line.startsWith('\t');
    if (isFolded && pieces.length > 0) {
      pieces.push(line);
    } else if (FIELD.test(line)) {
      flush();
      pieces = [line];
    } else if (/^>?From |^:/.test(line)) {
      faults.add('a line of the header is a mailbox separator or has no name; it was left out');
    } else if (line.trim() !== '') {
      faults.add('a line of the header is no field; the body was taken to begin there');
      break;
    }
    at = next;
  }
  flush();
  if (fields.length >= MAX_FIELDS) faults.add(`more than ${MAX_FIELDS} header fields; later ones were left out`);
  return { fields, bodyStart: at, faults };
}

/** The first value of a field; empty when there is none. */
export function fieldValue(fields: readonly HeaderField[], name: string): string {
  for (const field of fields) if (field.name === name) return field.value;
  return '';
}

/** A raw value with its 8-bit bytes read as UTF-8 where they are UTF-8 (RFC 6532), else as Windows-1252; encoded words stay. */
export function readRawValue(value: string): string {
  return /[\u0080-\u00ff]/.test(value) ? decodeCharset(Buffer.from(value, 'latin1'), '').text : value;
}
