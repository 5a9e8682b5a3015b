import { fieldValue, type HeaderField, readHeaderBlock } from './header-block.ts';
import { readParameters } from './parameters.ts';

/** Deepest nesting of multiparts that is opened (SE-13); attached messages are never opened here. */
export const MAX_DEPTH = 100;
/** Most parts of one message that are read (SE-13). */
export const MAX_PARTS = 1000;

/** One part of a message; children only for an opened multipart. */
export interface MimePart {
  readonly fields: readonly HeaderField[];
  /** Media type, lower case, `text/plain` when none is given. */
  readonly contentType: string;
  readonly typeParameters: ReadonlyMap<string, string>;
  /** `inline`, `attachment` or another word, lower case; empty when none. */
  readonly disposition: string;
  /** Decoded; empty when none. */
  readonly fileName: string;
  readonly contentId: string;
  /** Content-Transfer-Encoding, lower case. */
  readonly encoding: string;
  /** As sent, not decoded. */
  readonly body: Buffer;
  readonly children: readonly MimePart[];
}

/** What counts the parts of one message and the bytes searched for boundaries, and gathers its faults. */
export interface PartBudget {
  parts: number;
  /** Bytes that may still be searched; a multipart inside another searches its bytes again. */
  searchBytes: number;
  readonly faults: Set<string>;
}

const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;

const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09;

interface Delimiter {
  readonly start: number;
  readonly next: number;
  readonly isClose: boolean;
}

/** The delimiter line that starts at `at`, or undefined when what stands there is only like one (RFC 2046 5.1.1). */
function delimiterAt(body: Buffer, at: number, length: number): Delimiter | undefined {
  const before = body[at - 1];
  if (at > 0 && before !== LF && before !== CR) return undefined;
  let end = at + length;
  const isClose = body[end] === DASH && body[end + 1] === DASH;
  if (isClose) end += 2;
  while (isBlank(body[end])) end += 1;
  if (!isClose && end < body.length && body[end] !== LF && body[end] !== CR) return undefined;
  if (isClose) {
    const line = body.indexOf(LF, end);
    end = line < 0 ? body.length : line + 1;
  } else if (body[end] === CR) end += body[end + 1] === LF ? 2 : 1;
  else if (body[end] === LF) end += 1;
  let start = at;
  if (start > 0 && body[start - 1] === LF) start -= 1;
  if (start > 0 && body[start - 1] === CR) start -= 1;
  return { start, next: end, isClose };
}

function splitBody(body: Buffer, boundary: string, budget: PartBudget): Buffer[] {
  const mark = Buffer.from(`--${boundary}`, 'latin1');
  const pieces: Buffer[] = [];
  let open = -1;
  let at = body.indexOf(mark);
  while (at >= 0) {
    const delimiter = delimiterAt(body, at, mark.length);
    if (delimiter !== undefined) {
      if (open >= 0) pieces.push(body.subarray(open, Math.max(open, delimiter.start)));
      open = delimiter.isClose ? -1 : delimiter.next;
      if (budget.parts + pieces.length >= MAX_PARTS) {
        budget.faults.add(`more than ${MAX_PARTS} parts; the rest was left out`);
        return pieces;
      }
    }
    at = body.indexOf(mark, delimiter?.next ?? at + mark.length);
  }
  if (open >= 0) {
    budget.faults.add('a multipart is not closed; its last part ends with the message');
    pieces.push(body.subarray(open));
  }
  return pieces;
}

function openMultipart(part: MimePart, depth: number, budget: PartBudget): MimePart {
  const boundary = part.typeParameters.get('boundary') ?? '';
  if (boundary === '') {
    budget.faults.add('a multipart names no boundary; it was read as one text');
    return part;
  }
  budget.searchBytes -= part.body.length;
  if (depth >= MAX_DEPTH || budget.searchBytes < 0) {
    budget.faults.add('multiparts are nested too deep; the inner ones were kept as files');
    return part;
  }
  const pieces = splitBody(part.body, boundary, budget);
  if (pieces.length === 0) budget.faults.add('the boundary of a multipart never appears');
  const childType = part.contentType === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
  const children = pieces.map((piece) => readPart(piece, childType, depth + 1, budget));
  return { ...part, children };
}

/** Reads a part and, for a multipart, those inside it (RFC 2046 5.1), within depth and number limits; never throws. */
export function readPart(raw: Buffer, defaultType: string, depth: number, budget: PartBudget): MimePart {
  budget.parts += 1;
  const block = readHeaderBlock(raw, 0, raw.length);
  for (const fault of block.faults) budget.faults.add(fault);
  const type = readParameters(fieldValue(block.fields, 'content-type'));
  const placed = readParameters(fieldValue(block.fields, 'content-disposition'));
  const isNamed = /^[^/]+\/[^/]+$/.test(type.value);
  const part: MimePart = {
    fields: block.fields,
    contentType: isNamed ? type.value : defaultType,
    typeParameters: type.parameters,
    disposition: placed.value,
    fileName: placed.parameters.get('filename') ?? type.parameters.get('name') ?? '',
    contentId: fieldValue(block.fields, 'content-id').replace(/^<|>$/g, ''),
    encoding: fieldValue(block.fields, 'content-transfer-encoding')
      .replace(/[;\s(].*$/s, '')
      .toLowerCase(),
    body: raw.subarray(block.bodyStart),
    children: [],
  };
  return part.contentType.startsWith('multipart/') ? openMultipart(part, depth, budget) : part;
}
