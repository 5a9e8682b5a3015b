import iconv from 'iconv-lite';

/** Text from bytes in a charset; an unknown charset is read as UTF-8, and that as Latin-1 where it is none. */
export function decodeBytes(bytes: Buffer, charset: string | undefined): string {
  const name = (charset ?? 'utf-8').toLowerCase();
  if (name === 'utf-8' || name === 'us-ascii' || !iconv.encodingExists(name)) {
    const text = bytes.toString('utf8');
    return text.includes('\uFFFD') ? bytes.toString('latin1') : text;
  }
  return iconv.decode(bytes, name);
}

/** Decodes the encoded words of a header value (RFC 2047), and bytes above 127 as UTF-8. */
export function decodeWords(value: string): string {
  const text = /[\u0080-\u00ff]/.test(value) ? decodeBytes(Buffer.from(value, 'latin1'), 'utf-8') : value;
  if (!text.includes('=?')) return text;
  return text.replace(/(\?=)\s+(=\?)/g, '$1$2').replace(/((?:=\?[^?\s]+\?[bq]\?[^?]*\?=)+)/gi, (run) => decodeRun(run));
}

/** Neighbours in one charset are decoded together: a character may be cut between two words. */
function decodeRun(run: string): string {
  const words = [...run.matchAll(/=\?([^?\s]+)\?([bq])\?([^?]*)\?=/gi)];
  let text = '';
  let bytes: Buffer[] = [];
  let charset = '';
  for (const [, name = '', kind = '', data = ''] of words) {
    const plain = name.replace(/\*.*$/, '').toLowerCase();
    if (plain !== charset && bytes.length > 0) {
      text += decodeBytes(Buffer.concat(bytes), charset);
      bytes = [];
    }
    charset = plain;
    bytes.push(kind.toLowerCase() === 'b' ? Buffer.from(data, 'base64') : fromQ(data));
  }
  return text + decodeBytes(Buffer.concat(bytes), charset);
}

function fromQ(data: string): Buffer {
  const text = data.replaceAll('_', ' ').replace(/=([0-9a-f]{2})/gi, (_, hex: string) => fromHex(hex));
  return Buffer.from(text, 'latin1');
}

function fromHex(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

/** Bytes of a quoted-printable body (RFC 2045 6.7). */
export function decodeQuotedPrintable(body: Buffer): Buffer {
  const text = body
    .toString('latin1')
    .replace(/[ \t]+(?=\r?\n|$)/g, '')
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => fromHex(hex));
  return Buffer.from(text, 'latin1');
}
