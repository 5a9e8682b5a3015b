import { decodeCharset } from './charset.ts';
import { decodeBase64 } from './transfer.ts';

const WORD = /=\?([^?\s]*)\?([bBqQ])\?([^?]*)\?=/g;

interface EncodedRun {
  readonly charset: string;
  readonly bytes: Buffer[];
}

function decodeQ(text: string): Buffer {
  const raw = text.replace(/_/g, ' ').replace(/=\r?\n/g, '');
  if (!raw.includes('=')) return Buffer.from(raw, 'latin1');
  return Buffer.from(
    raw.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
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
