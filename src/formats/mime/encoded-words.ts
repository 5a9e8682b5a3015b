import { decodeBase64 } from './base64.ts';
import { decodeCharset } from './charset.ts';
import { hexPair } from './transfer.ts';

const WORD = /=\?([^?\s]*)\?([bBqQ])\?([^?]*)\?=/g;

interface EncodedRun {
  readonly charset: string;
  readonly bytes: Buffer[];
}

const UNDERSCORE = 0x5f;
const EQUALS = 0x3d;

/** The "Q" encoding (RFC 2047 4.2); an equals sign that begins nothing is kept. */
function decodeQ(text: string): Buffer {
  const input = Buffer.from(text, 'latin1');
  let length = 0;
  for (let at = 0; at < input.length; at += 1) {
    let byte = input[at] as number;
    if (byte === UNDERSCORE) byte = 0x20;
    else if (byte === EQUALS) {
      const value = hexPair(input, at + 1);
      if (value >= 0) at += 2;
      byte = value >= 0 ? value : byte;
    }
    input[length] = byte;
    length += 1;
  }
  return input.subarray(0, length);
}

const finish = (run: EncodedRun | undefined): string =>
  run === undefined ? '' : decodeCharset(Buffer.concat(run.bytes), run.charset).text;

/**
 * A header text with its encoded words decoded (RFC 2047, language suffix of RFC 2231 5 borne); white space between two of them goes,
 * and neighbours in one charset are joined before they are decoded, so that a character split over two words comes out whole.
 */
export function decodeWords(text: string): string {
  if (!text.includes('=?')) return text;
  let output = '';
  let end = 0;
  let run: EncodedRun | undefined;
  for (const match of text.matchAll(WORD)) {
    const [whole, label = '', kind = '', payload = ''] = match;
    const charset = label.toLowerCase();
    const between = text.slice(end, match.index);
    const bytes = kind.toLowerCase() === 'b' ? decodeBase64(payload) : decodeQ(payload);
    end = match.index + whole.length;
    if (run !== undefined && run.charset === charset && between.trim() === '') {
      run.bytes.push(bytes);
      continue;
    }
    output += finish(run);
    if (run === undefined || between.trim() !== '') output += between;
    run = { charset, bytes: [bytes] };
  }
  return output + finish(run) + text.slice(end);
}
