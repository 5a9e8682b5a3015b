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

/** Gathers the lines of one block into fields, within the caps of SE-13. */
class FieldCollector {
  readonly fields: HeaderField[] = [];
  readonly faults = new Set<string>();
  private pieces: string[] = [];
  private size = 0;

  get isOpen(): boolean {
    return this.pieces.length > 0;
  }

  begin(line: string): void {
    this.finish();
    this.pieces = [line];
  }

  fold(line: string): void {
    this.pieces.push(line);
  }

  finish(): void {
    if (this.pieces.length === 0) return;
    const line = this.pieces.join('');
    this.pieces = [];
    this.size += line.length;
    const name = FIELD.exec(line);
    if (name?.[1] === undefined) return;
    if (this.fields.length >= MAX_FIELDS || this.size > MAX_BLOCK_BYTES) {
      this.faults.add('the header is longer than 10,000 fields or a megabyte; what came after was left out');
      return;
    }
    this.fields.push({ name: name[1].toLowerCase(), value: line.slice(name[0].length).trim() });
  }
}

/**
 * Reads the header block that begins at `start` (RFC 5322 2.2): continuation lines unfolded, mailbox separators left out,
 * a line that is no field ends the block and begins the body. At most 10,000 fields and 1,048,576 bytes; what comes after is left out.
 */
export function readHeaderBlock(raw: Buffer, start: number, end: number): HeaderBlock {
  const collector = new FieldCollector();
  const breaker = raw.subarray(start, end).includes(LF) ? LF : CR;
  let at = start;
  while (at < end) {
    const next = nextLine(raw, at, end, breaker);
    const line = lineText(raw, at, next);
    if (line === '') {
      at = next;
      break;
    }
    if (collector.isOpen && (line.startsWith(' ') || line.startsWith('\t'))) {
      collector.fold(line);
    } else if (FIELD.test(line)) {
      collector.begin(line);
    } else if (/^>?From |^:/.test(line)) {
      collector.faults.add('a line of the header is a mailbox separator or has no name; it was left out');
    } else if (line.trim() !== '') {
      collector.faults.add('a line of the header is no field; the body was taken to begin there');
      break;
    }
    at = next;
  }
  collector.finish();
  return { fields: collector.fields, bodyStart: at, faults: collector.faults };
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
