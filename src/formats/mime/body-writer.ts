const LINE_LENGTH = 76;

/** A body ready for the wire and the Content-Transfer-Encoding that says so. */
export interface EncodedBody {
  readonly encoding: '7bit' | 'quoted-printable' | 'base64';
  readonly body: string;
}

/** Text with CRLF line ends alone, without NUL and half surrogates (RFC 5322 2.3). */
export function wireText(text: string): string {
  const whole = text.toWellFormed();
  const bare = whole.includes('\0') ? whole.replace(/\0/g, '') : whole;
  return bare.replace(/\r\n?|\n/g, '\r\n');
}

/** Bytes in base64 on lines of 76 characters (RFC 2045 6.8). */
export function encodeBase64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n');
}

const HEX = Buffer.from('0123456789ABCDEF');
const CR = 0x0d;
const LF = 0x0a;
const EQUALS = 0x3d;

/** A line may not begin with a dot or `From ` as they stand. */
function isRiskyStart(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0x2e || (bytes[at] === 0x46 && bytes.toString('latin1', at, at + 5) === 'From ');
}

/** True for a byte that may stand for itself; a blank may not at the end of a line. */
function stands(byte: number, next: number | undefined): boolean {
  if (byte === 0x20 || byte === 0x09) return next !== undefined && next !== CR;
  return byte > 0x20 && byte < 0x7f && byte !== EQUALS;
}

/** Text in UTF-8 as quoted-printable, its line ends CRLF (RFC 2045 6.7). Bytes into bytes: this is where most of the time of sending goes. */
export function encodeQuotedPrintable(text: string): string {
  const bytes = Buffer.from(text);
  const out = Buffer.allocUnsafe(bytes.length * 4 + 8);
  let length = 0;
  let lineStart = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] as number;
    if (byte === CR && bytes[index + 1] === LF) {
      length = out.writeUInt16BE(0x0d0a, length);
      lineStart = length;
      index += 1;
      continue;
    }
    const isFirst = index === 0 || bytes[index - 1] === LF;
    const isPlain = stands(byte, bytes[index + 1]) && !(isFirst && isRiskyStart(bytes, index));
    if (length - lineStart + (isPlain ? 1 : 3) > LINE_LENGTH - 1) {
      out[length] = EQUALS;
      length = out.writeUInt16BE(0x0d0a, length + 1);
      lineStart = length;
    }
    if (isPlain) {
      out[length] = byte;
      length += 1;
    } else {
      out[length] = EQUALS;
      out[length + 1] = HEX[byte >> 4] as number;
      out[length + 2] = HEX[byte & 15] as number;
      length += 3;
    }
  }
  return out.toString('latin1', 0, length);
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
