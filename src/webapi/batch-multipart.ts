import { STATUS_CODES } from 'node:http';
import type { ApiRequest, ApiResponse } from './api-request.ts';
import type { BatchAnswer, BatchItem, BatchItemAnswer, BatchRequest } from './batch-item.ts';
import { relativeUrl } from './batch-url.ts';
import { unknownName } from './http-error.ts';

interface Part {
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Bytes as latin1 text. */
  readonly content: string;
}

/** Reads a multipart/mixed batch body (RFC 2046 5.1, OData 4.0 protocol 11.7). Throws 400 naming the broken part. */
export function readMultipartBatch(body: Buffer, boundary: string): readonly BatchItem[] {
  return splitParts(body.toString('latin1'), boundary, 'The batch').map((part, index) => {
    const what = `Part ${index + 1} of the batch`;
    const inner = /^multipart\/mixed\s*;.*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(
      part.headers['content-type'] ?? '',
    );
    const innerBoundary = inner?.[1] ?? inner?.[2];
    if (innerBoundary === undefined) return { atomic: false, requests: [readRequest(part, what)] };
    const requests = splitParts(part.content, innerBoundary, what).map((child, at) =>
      readRequest(child, `Request ${at + 1} of the change set in part ${index + 1}`),
    );
    return { atomic: true, requests };
  });
}

/** Writes the answers; names of headers as Dataverse writes them. */
export function writeMultipartBatch(items: readonly BatchItemAnswer[], boundary: string, status: number): ApiResponse {
  const name = `batchresponse_${boundary}`;
  const chunks: Buffer[] = [];
  items.forEach((item, index) => {
    const failed = item.answers.some((answer) => answer.response.status >= 400);
    if (!item.atomic || failed) {
      for (const answer of item.answers) chunks.push(text(`--${name}\r\n`), ...writeAnswer(answer));
      return;
    }
    const inner = `changesetresponse_${index + 1}_${boundary}`;
    chunks.push(text(`--${name}\r\nContent-Type: multipart/mixed; boundary=${inner}\r\n\r\n`));
    for (const answer of item.answers) chunks.push(text(`--${inner}\r\n`), ...writeAnswer(answer));
    chunks.push(text(`--${inner}--\r\n`));
  });
  chunks.push(text(`--${name}--\r\n`));
  return { status, headers: { 'content-type': `multipart/mixed; boundary=${name}` }, body: Buffer.concat(chunks) };
}

function splitParts(body: string, boundary: string, what: string): readonly Part[] {
  const pieces = `\n${body}`.split(
    new RegExp(`\\r?\\n--${boundary.replace(/[^\w]/g, '\\$&')}(--)?[ \\t]*(?=\\r?\\n|$)`),
  );
  // split keeps the captured "--": text, mark, text, mark, ... where a mark is undefined or "--".
  const parts: Part[] = [];
  let closed = false;
  for (let at = 1; at < pieces.length && !closed; at += 2) {
    closed = pieces[at] === '--';
    if (!closed) parts.push(readPart((pieces[at + 1] ?? '').replace(/^\r?\n/, ''), what));
  }
  if (!closed) throw unknownName(`${what} does not end with its boundary '--${boundary}--'.`);
  return parts;
}

function readPart(content: string, what: string): Part {
  const end = /\r?\n\r?\n|^\r?\n/.exec(content);
  if (end === null) throw unknownName(`${what} holds a part without an empty line after its headers.`);
  return { headers: readHeaders(content.slice(0, end.index), what), content: content.slice(end.index + end[0].length) };
}

function readRequest(part: Part, what: string): BatchRequest {
  if (!/^application\/http\b/i.test(part.headers['content-type'] ?? '')) {
    throw unknownName(`${what} must have the Content-Type application/http.`);
  }
  const line = /^\s*([A-Z]{3,7}) (\S+)(?: HTTP\/\d\.\d)?[ \t]*(?:\r?\n|$)/.exec(part.content);
  if (line?.[1] === undefined || line[2] === undefined)
    throw unknownName(`${what} does not begin with a request line such as "GET contacts HTTP/1.1".`);
  const rest = part.content.slice(line[0].length);
  const end = /\r?\n\r?\n|^\r?\n/.exec(rest);
  const headers = readHeaders(end === null ? rest : rest.slice(0, end.index), what);
  const body = end === null ? '' : rest.slice(end.index + end[0].length);
  const request: ApiRequest = {
    method: line[1],
    ...relativeUrl(line[2], what),
    headers,
    body: body.trim() === '' ? undefined : Buffer.from(body, 'latin1'),
  };
  return { id: part.headers['content-id'] ?? headers['content-id'], request, dependsOn: [] };
}

function readHeaders(block: string, what: string): Readonly<Record<string, string | undefined>> {
  const headers: Record<string, string | undefined> = Object.create(null) as Record<string, string | undefined>;
  for (const line of block.split(/\r?\n/)) {
    if (line.trim() === '') continue;
    const at = line.indexOf(':');
    if (at < 1) throw unknownName(`${what} has a header line that cannot be read: '${line.slice(0, 60)}'.`);
    headers[line.slice(0, at).trim().toLowerCase()] = line.slice(at + 1).trim();
  }
  return headers;
}

const headerNames: Readonly<Record<string, string>> = {
  'odata-entityid': 'OData-EntityId',
  etag: 'ETag',
};

function writeAnswer({ id, response }: BatchAnswer): readonly Buffer[] {
  const { body } = response;
  const bytes =
    body === undefined
      ? undefined
      : Buffer.isBuffer(body)
        ? body
        : text(typeof body === 'string' ? body : JSON.stringify(body));
  const headers: Record<string, string> = { 'odata-version': '4.0', ...response.headers };
  if (bytes !== undefined) headers['content-type'] ??= 'application/json; odata.metadata=minimal';
  const lines = Object.entries(headers).map(([name, value]) => `${canonical(name)}: ${value}\r\n`);
  const contentId = id === undefined ? '' : `Content-ID: ${id}\r\n`;
  return [
    text(`Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n${contentId}\r\n`),
    text(`HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ''}\r\n${lines.join('')}\r\n`),
    ...(bytes === undefined ? [] : [bytes]),
    text('\r\n'),
  ];
}

function canonical(name: string): string {
  return (
    headerNames[name] ??
    name
      .replace(/(^|-)([a-z])/g, (_all, dash: string, letter: string) => `${dash}${letter.toUpperCase()}`)
      .replace('Odata', 'OData')
  );
}

function text(value: string): Buffer {
  return Buffer.from(value, 'utf8');
}
