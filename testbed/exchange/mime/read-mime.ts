import { decodeQuotedPrintable } from './decode-words.ts';
import { findBody, type Headers, type ParameterValue, readHeaders, readParameters } from './read-headers.ts';

/** A message or a part of one. */
export interface MimePart {
  readonly headers: Headers;
  readonly type: ParameterValue;
  readonly disposition: ParameterValue;
  /** The body without its transfer encoding; empty for a multipart. */
  readonly content: Buffer;
  readonly parts: readonly MimePart[];
}

/** Multiparts inside multiparts a message may have. */
const deepest = 50;

/** Reads a message into its parts (RFC 2046); what is broken is read as plain text. */
export function readMime(raw: Buffer, depth = 0): MimePart {
  const headers = readHeaders(raw);
  const type = readParameters(headers.raw('Content-Type') ?? 'text/plain; charset=us-ascii');
  const disposition = readParameters(headers.raw('Content-Disposition'));
  const body = raw.subarray(findBody(raw).body);
  const boundary = type.parameters.get('boundary');
  if (type.value.startsWith('multipart/') && boundary !== undefined && depth < deepest) {
    const parts = splitParts(body, boundary).map((part) => readMime(part, depth + 1));
    return { headers, type, disposition, content: Buffer.alloc(0), parts };
  }
  const encoding = (headers.raw('Content-Transfer-Encoding') ?? '').toLowerCase();
  return { headers, type, disposition, content: decodeBody(body, encoding), parts: [] };
}

function decodeBody(body: Buffer, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(body.toString('latin1'), 'base64');
  if (encoding === 'quoted-printable') return decodeQuotedPrintable(body);
  return body;
}

function splitParts(body: Buffer, boundary: string): Buffer[] {
  const parts: Buffer[] = [];
  const delimiter = `--${boundary}`;
  let start: number | undefined;
  for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, at + delimiter.length)) {
    if (at > 0 && body[at - 1] !== 0x0a) continue;
    if (start !== undefined) parts.push(withoutLineEnd(body.subarray(start, at)));
    const end = body.indexOf(0x0a, at);
    const isLast = body.toString('latin1', at + delimiter.length, at + delimiter.length + 2) === '--';
    if (isLast || end < 0) return parts;
    start = end + 1;
  }
  if (start !== undefined) parts.push(body.subarray(start));
  return parts;
}

function withoutLineEnd(part: Buffer): Buffer {
  if (part.at(-1) !== 0x0a) return part;
  return part.subarray(0, part.at(-2) === 0x0d ? -2 : -1);
}
