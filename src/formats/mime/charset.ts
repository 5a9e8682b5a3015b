import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

/** Names that mail uses and WHATWG labels do not know. */
const ALIASES: Readonly<Record<string, string>> = {
  'ansi_x3.4-1968': 'us-ascii',
  '646': 'us-ascii',
  ansi: 'windows-1252',
  'cp-850': 'cp850',
  cp932: 'shift_jis',
  cp936: 'gbk',
  cp949: 'euc-kr',
  cp950: 'big5',
  'iso-10646-ucs-2': 'utf-16be',
  'ks_c_5601-1987': 'euc-kr',
  ks_c_5601: 'euc-kr',
  latin: 'windows-1252',
  'unicode-1-1-utf-7': 'utf-7',
  'unicode-1-1-utf-8': 'utf-8',
  utf7: 'utf-7',
  utf8mb4: 'utf-8',
  'utf-8mb4': 'utf-8',
  'x-gbk': 'gbk',
  'x-unknown': '',
  'unknown-8bit': '',
  'x-user-defined': '',
  binary: '',
  default: '',
};

/** Families that iconv-lite knows beyond the labels of TextDecoder. */
const BEYOND_WHATWG = /^(?:utf|ucs|cp|ibm|mac|viscii|tcvn|armscii|georgian|hp|rk|pt|mik|windows|iso|tis|cs)/;

/** Text read from bytes, and what had to be guessed; `fault` is empty when nothing was. */
export interface DecodedText {
  readonly text: string;
  readonly fault: string;
}

const utf8 = new TextDecoder('utf-8');
const windows1252 = new TextDecoder('windows-1252');

/** Bytes 0x80 to 0x9F, in which Windows-1252 differs from Latin-1. */
const C1 = /[\u0080-\u009f]/;

function decodeWindows1252(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  return C1.test(text) ? windows1252.decode(bytes) : text;
}

function guess(bytes: Buffer): string {
  return isUtf8(bytes) ? utf8.decode(bytes) : decodeWindows1252(bytes);
}

/** Labels as most mail writes them, and their charsets; looked at before the others are cleaned up. */
const COMMON: ReadonlyMap<string, string> = new Map([
  ['', ''],
  ['utf-8', 'utf-8'],
  ['UTF-8', 'utf-8'],
  ['us-ascii', 'us-ascii'],
  ['US-ASCII', 'us-ascii'],
  ['iso-8859-1', 'iso-8859-1'],
  ['ISO-8859-1', 'iso-8859-1'],
  ['windows-1252', 'windows-1252'],
]);

function charsetName(label: string): string {
  return COMMON.get(label) ?? cleanName(label);
}

function cleanName(label: string): string {
  const name = label
    .slice(0, 80)
    .trim()
    .toLowerCase()
    .replace(/^["']+|["';]+$/g, '')
    .replace(/\*.*$/, '')
    .trim();
  if (Object.hasOwn(ALIASES, name)) return ALIASES[name] ?? '';
  return name.replace(/^(?:cp|windows)-?(125\d)$/, 'windows-$1').replace(/^iso_?8859[-_]?(\d+)$/, 'iso-8859-$1');
}

function decodeNamed(bytes: Buffer, name: string): string | undefined {
  if (name === 'utf-7') return iconv.decode(bytes, 'utf-7');
  // WHATWG reads Latin-1 as Windows-1252.
  if (name === 'iso-8859-1' || name === 'windows-1252') return decodeWindows1252(bytes);
  try {
    return new TextDecoder(name).decode(bytes);
  } catch {
    return BEYOND_WHATWG.test(name) && iconv.encodingExists(name) ? iconv.decode(bytes, name) : undefined;
  }
}

/**
 * Text of bytes in a charset named by a label (RFC 2045 5.2, WHATWG labels, UTF-7 and mail's own names); never throws.
 * Bytes that the label cannot mean are read as UTF-8 where they are UTF-8, else as Windows-1252, and told in `fault`.
 */
export function decodeCharset(bytes: Buffer, label: string): DecodedText {
  const name = charsetName(label);
  const isPlain = name === '' || name === 'us-ascii' || name === 'ascii' || name === 'utf-8' || name === 'utf8';
  if (isPlain && isAscii(bytes)) return { text: bytes.toString('latin1'), fault: '' };
  if (name === 'utf-8' || name === 'utf8') {
    const fault = isUtf8(bytes)
      ? ''
      : 'text that says UTF-8 holds bytes that are not; they became replacement characters';
    return { text: utf8.decode(bytes), fault };
  }
  if (isPlain)
    return { text: guess(bytes), fault: 'text without a usable charset holds 8-bit bytes; the charset was guessed' };
  const text = decodeNamed(bytes, name);
  if (text !== undefined) return { text, fault: '' };
  return { text: guess(bytes), fault: `charset "${name.slice(0, 40)}" is not known; it was guessed` };
}
