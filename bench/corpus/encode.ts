import iconv from 'iconv-lite';

/** Character sets the corpus uses. */
export type Charset = 'utf-8' | 'iso-8859-1' | 'windows-1252';

/** Content-Transfer-Encodings the corpus uses (RFC 2045 6). */
export type TransferEncoding = 'quoted-printable' | 'base64';

/** Text as a transfer-encoded body with CRLF line ends. The corpus has an encoder of its own, so that it does not favour ours. */
export function encodeBody(text: string, charset: Charset, encoding: TransferEncoding): string {
  const bytes = iconv.encode(text.replaceAll('\n', '\r\n'), charset);
  return encoding === 'base64' ? base64Lines(bytes) : quotedPrintable(bytes);
}

/** Base64 in lines of 76 characters (RFC 2045 6.8). */
export function base64Lines(bytes: Buffer): string {
  return bytes.toString('base64').replace(/.{1,76}/g, '$&\r\n');
}

/** Quoted-printable with lines of at most 76 characters (RFC 2045 6.7). */
function quotedPrintable(bytes: Buffer): string {
  const lines: string[] = [];
  for (const line of bytes.toString('latin1').split('\r\n')) {
    const coded = line
      .replace(/[^\t -<>-~]/g, (byte) => `=${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
      .replace(/[\t ]$/, (space) => (space === ' ' ? '=20' : '=09'));
    lines.push(foldQuoted(coded));
  }
  return `${lines.join('\r\n')}\r\n`;
}

function foldQuoted(line: string): string {
  const parts: string[] = [];
  let rest = line;
  while (rest.length > 76) {
    let end = 75;
    if (rest[end - 1] === '=') end -= 1;
    else if (rest[end - 2] === '=') end -= 2;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...parts, rest].join('=\r\n');
}

/** A header text: as it is when ASCII, else encoded words of at most 75 characters (RFC 2047 2). */
export function encodeWords(text: string, charset: Charset, encoding: TransferEncoding): string {
  if (/^[ -~]*$/.test(text)) return text;
  const words: string[] = [];
  let part = '';
  for (const character of text) {
    if (encodeWord(part + character, charset, encoding).length > 75) {
      words.push(encodeWord(part, charset, encoding));
      part = '';
    }
    part += character;
  }
  return [...words, encodeWord(part, charset, encoding)].join('\r\n ');
}

function encodeWord(text: string, charset: Charset, encoding: TransferEncoding): string {
  const bytes = iconv.encode(text, charset);
  if (encoding === 'base64') return `=?${charset}?B?${bytes.toString('base64')}?=`;
  const coded = bytes
    .toString('latin1')
    .replace(/[^A-Za-z0-9 ]/g, (byte) => `=${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
    .replaceAll(' ', '_');
  return `=?${charset}?Q?${coded}?=`;
}
