const LINE_LENGTH = 76;

/** A body ready for the wire and the Content-Transfer-Encoding that says so. */
export interface EncodedBody {
  readonly encoding: '7bit' | 'quoted-printable' | 'base64';
  readonly body: string;
}

/** Text with CRLF line ends alone, without NUL and half surrogates (RFC 5322 2.3). */
export function wireText(text: string): string {
  return text
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/\0/g, '')
    .replace(/\r\n|\r|\n/g, '\r\n');
}

/** Bytes in base64 on lines of 76 characters (RFC 2045 6.8). */
export function encodeBase64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n');
}

const escaped = (byte: number): string => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;

function quoteLine(line: string): string {
  const bytes = Buffer.from(line);
  const pieces: string[] = [];
  let current = '';
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    const isLast = index === bytes.length - 1;
    const isBlank = byte === 0x20 || byte === 0x09;
    const stands = isBlank ? !isLast : byte > 0x20 && byte < 0x7f && byte !== 0x3d;
    const starts = index === 0 && (line.startsWith('From ') || line.startsWith('.'));
    const unit = stands && !starts ? String.fromCharCode(byte) : escaped(byte);
    if (current.length + unit.length > LINE_LENGTH - 1) {
      pieces.push(current);
      current = '';
    }
    current += unit;
  }
  return [...pieces, current].join('=\r\n');
}

/** Text in UTF-8 as quoted-printable, its line ends CRLF (RFC 2045 6.7). */
export function encodeQuotedPrintable(text: string): string {
  return text.split('\r\n').map(quoteLine).join('\r\n');
}

/** A text body in the plainest encoding that survives every server: 7bit, quoted-printable, or base64 where most of it is not ASCII. */
export function encodeText(text: string): EncodedBody {
  const wire = wireText(text);
  const isTame = /^[\t\r\n -~]*$/.test(wire) && !/[^\r\n]{900}|^From |^\.|[ \t]$|=_/m.test(wire);
  if (isTame) return { encoding: '7bit', body: wire };
  const bytes = Buffer.from(wire);
  const isMostlyForeign = bytes.length > wire.length * 1.5;
  if (isMostlyForeign) return { encoding: 'base64', body: encodeBase64(bytes) };
  return { encoding: 'quoted-printable', body: encodeQuotedPrintable(wire) };
}
