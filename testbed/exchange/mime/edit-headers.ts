import { findBody } from './read-headers.ts';

/** The message without some header fields and with others in front. Line ends become CRLF in the header block only. */
export function editHeaders(
  raw: Buffer,
  without: readonly string[],
  added: readonly (readonly [string, string])[],
): Buffer {
  const { end, body } = findBody(raw);
  const gone = new Set(without.map((name) => name.toLowerCase()));
  const fields = raw
    .subarray(0, end)
    .toString('latin1')
    .split(/\r?\n(?![ \t])/)
    .filter((field) => field !== '' && !gone.has(field.slice(0, field.indexOf(':')).trim().toLowerCase()));
  const head = [...added.map(([name, value]) => `${name}: ${value}`), ...fields].join('\r\n');
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`, 'latin1'), raw.subarray(body)]);
}
