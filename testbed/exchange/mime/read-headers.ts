import { decodeBytes, decodeWords } from './decode-words.ts';

/** The fields of a header block, in their order, values unfolded and still encoded. */
export class Headers {
  readonly fields: readonly (readonly [string, string])[];

  constructor(fields: readonly (readonly [string, string])[]) {
    this.fields = fields;
  }

  /** The first field of that name as it stands. */
  raw(name: string): string | undefined {
    const wanted = name.toLowerCase();
    return this.fields.find(([key]) => key.toLowerCase() === wanted)?.[1];
  }

  /** The first field of that name with its encoded words decoded. */
  text(name: string): string | undefined {
    const value = this.raw(name);
    return value === undefined ? undefined : decodeWords(value);
  }
}

/** Where the header block ends and where the body starts. */
export function findBody(raw: Buffer): { readonly end: number; readonly body: number } {
  for (let at = 0; ; ) {
    const line = raw.indexOf(0x0a, at);
    if (line < 0) return { end: raw.length, body: raw.length };
    const empty = line === at || (line === at + 1 && raw[at] === 0x0d);
    if (empty) return { end: at, body: line + 1 };
    at = line + 1;
  }
}

/** Reads the header block of a message or part. */
export function readHeaders(raw: Buffer): Headers {
  const block = raw.subarray(0, findBody(raw).end).toString('latin1');
  const fields: [string, string][] = [];
  for (const line of block.replace(/\r?\n(?=[ \t])/g, '').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()]);
  }
  return new Headers(fields);
}

/** A value with parameters, such as Content-Type (RFC 2045 5.1, RFC 2231). */
export interface ParameterValue {
  /** In lower case. */
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Reads a value with parameters; encoded and continued parameters are put together. */
export function readParameters(text: string | undefined): ParameterValue {
  const [value = ''] = (text ?? '').split(';');
  const parts = new Map<string, { index: number; encoded: boolean; text: string }[]>();
  const pattern = /;\s*([^=;\s*]+)(?:\*(\d+))?(\*)?\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^;\s]*))/g;
  for (const [, name = '', index, star, quoted, bare] of (text ?? '').matchAll(pattern)) {
    const key = name.toLowerCase();
    const part = {
      index: Number(index ?? 0),
      encoded: star !== undefined,
      text: quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '',
    };
    parts.set(key, [...(parts.get(key) ?? []), part]);
  }
  const parameters = new Map<string, string>();
  for (const [name, list] of parts) {
    const sorted = list.sort((a, b) => a.index - b.index);
    parameters.set(name, sorted[0]?.encoded ? decodeExtended(sorted.map((one) => one.text).join('')) : plain(sorted));
  }
  return { value: value.trim().toLowerCase(), parameters };
}

function plain(parts: readonly { text: string }[]): string {
  return decodeWords(parts.map((one) => one.text).join(''));
}

function decodeExtended(text: string): string {
  const [, charset, data] = /^([^']*)'[^']*'(.*)$/.exec(text) ?? [undefined, 'utf-8', text];
  const bytes = (data ?? '').replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return decodeBytes(Buffer.from(bytes, 'latin1'), charset);
}
